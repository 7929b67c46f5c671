package dev.tesuji.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/// Opens and loads random weights in the shape of Qwen2.5-0.5B: 2.5 GB of float32 in shards of 1 GB
/// (the embedding stands in them twice, as in checkpoints that store the tied head too).
///
/// Runs only with `-Dtesuji.big=true`: it needs 2.5 GB of disk and as much memory.
@ExtendWith(LeakCheck.class)
class BigCheckpointTest {
  private static final long SHARD = 1_000_000_000;
  private static final long SLACK = 300_000_000; // beside the model itself

  @TempDir private static Path folder = Path.of("");

  @BeforeAll
  static void writeACheckpoint() {
    if (!Boolean.getBoolean("tesuji.big")) {
      String message = "SKIPPED: BigCheckpointTest writes 2.5 GB; run it with -Dtesuji.big=true";
      System.err.println(message);
      abort(message);
    }
    ObjectNode json = config();
    ModelConfig config = ConfigReader.parse(folder.resolve("config.json"), json);
    Map<String, Form> forms = new LinkedHashMap<>();
    try (Scope _ = Scope.open();
        CausalLm plan = Decoders.create(config, Dtype.FLOAT32, Device.META)) {
      ModelDirectory.weights(plan).forEach((name, tensor) -> forms.put(name, Form.of(tensor)));
    }
    forms.put("lm_head.weight", new Form(Dtype.FLOAT32, new Shape(151_936, 896)));
    CheckpointWriter.write(folder, forms, name -> random(forms, name), SHARD);
    new ModelFiles(json, Map.of()).write(folder, Dtype.FLOAT32);
    say("files of " + forms.values().stream().mapToLong(Form::bytes).sum() / 1e9 + " GB");
  }

  private static ObjectNode config() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("model_type", "qwen2");
    json.put("vocab_size", 151_936).put("hidden_size", 896).put("intermediate_size", 4864);
    json.put("num_hidden_layers", 24).put("num_attention_heads", 14).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 32_768).put("rope_theta", 1_000_000.0);
    return json.put("tie_word_embeddings", true).put("torch_dtype", "float32");
  }

  private static Tensor random(Map<String, Form> forms, String name) {
    Shape shape = forms.getOrDefault(name, new Form(Dtype.FLOAT32, new Shape(0))).shape();
    Tensor tensor = Tensor.empty(Dtype.FLOAT32, shape.sizes());
    float[] block = new float[1 << 20];
    Rng.fillNormal(block, 0.02, 7, name.hashCode());
    Tensor flat = tensor.view(tensor.elements());
    try (Scope _ = Scope.open()) {
      Tensor values = Tensor.of(block);
      for (long at = 0; at < flat.elements(); at += block.length) {
        long count = Math.min(block.length, flat.elements() - at);
        flat.narrow(0, at, count).copy_(values.narrow(0, 0, count));
      }
    }
    return tensor;
  }

  @Test
  void openingReadsHeadersOnly() {
    long before = Memory.resident();
    long start = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      long grown = Memory.resident() - before;
      say("open: " + seconds + " s, resident memory + " + grown / 1e6 + " MB");
      assertThat(checkpoint.files()).hasSize(3);
      assertThat(seconds).isLessThan(2);
      assertThat(grown).isLessThan(100_000_000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void aModelIsNeverInMemoryTwice(Dtype dtype) throws IOException, InterruptedException {
    Process loader = // one of its own, whose memory nothing else has used
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BigCheckpointTest.class.getName(),
                folder.toString(),
                dtype.name())
            .redirectErrorStream(true)
            .start();
    String said = new String(loader.getInputStream().readAllBytes(), UTF_8);
    assertThat(loader.waitFor()).as(said).isZero();
    List<String> numbers = said.lines().toList().getLast().transform(BigCheckpointTest::words);
    long bytes = Long.parseLong(numbers.get(1));
    long peak = Long.parseLong(numbers.get(3));
    say(
        String.format(
            Locale.ROOT,
            "load %s: %s s, model %.3f GB, resident + %.3f GB, at its peak + %.3f GB",
            dtype,
            numbers.get(0),
            bytes / 1e9,
            Long.parseLong(numbers.get(2)) / 1e9,
            peak / 1e9));
    assertThat(peak).isBetween(bytes * 9 / 10, bytes + SLACK);
  }

  /// Loads a model and prints: seconds, bytes of its weights, growth of resident memory, its peak.
  public static void main(String[] args) {
    Dtype dtype = Dtype.valueOf(args[1]);
    try (Scope _ = Scope.open()) {
      Tensor.zeros(dtype, 1); // loads libtorch
    }
    long before = Memory.resident();
    long start = System.nanoTime();
    try (CausalLm model = ModelDirectory.load(Path.of(args[0]), dtype, Device.CPU)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "%.2f %d %d %d%n",
          seconds,
          model.parameterCount() * dtype.bytes(),
          Memory.resident() - before,
          Memory.peakResident() - before);
    }
  }

  private static List<String> words(String line) {
    return Pattern.compile(" ").splitAsStream(line).toList();
  }

  private static void say(String what) {
    System.out.println("BIG " + what);
  }
}
