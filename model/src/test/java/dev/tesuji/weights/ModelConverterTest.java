package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
class ModelConverterTest {
  private static final long NO_SHARDS = ModelDirectory.SHARD_BYTES;

  @TempDir private Path folder = Path.of("");

  /// Returns the bytes of all tensors by name.
  private static Map<String, byte[]> bytes(Path directory) {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      for (String name : checkpoint.names()) {
        Safetensors.Entry entry = checkpoint.entry(name);
        Tensor tensor = Tensor.empty(entry.dtype(), entry.shape().sizes());
        checkpoint.readInto(name, tensor);
        bytes.put(name, tensor.data().toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return bytes;
  }

  private static void assertSame(Path got, Path want) {
    Map<String, byte[]> expected = bytes(want);
    Map<String, byte[]> found = bytes(got);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
  }

  private static Dtype dtypeOf(Path directory) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      return checkpoint.entry("model.norm.weight").dtype();
    }
  }

  @Test
  void aDetourThroughFloat32LeavesEveryBitOfBfloat16() {
    Path narrow = Fixtures.require("models/qwen2_bf16");
    Path wide = folder.resolve("wide");
    Path again = folder.resolve("again");
    ModelConverter.convert(narrow, wide, Dtype.FLOAT32, NO_SHARDS);
    assertThat(dtypeOf(wide)).isEqualTo(Dtype.FLOAT32);
    assertThat(ConfigReader.read(wide).dtype()).isEqualTo(Dtype.FLOAT32);
    ModelConverter.convert(wide, again, Dtype.BFLOAT16, NO_SHARDS);
    assertSame(again, narrow);
    assertThat(Json.readObject(again.resolve("config.json")))
        .isEqualTo(Json.readObject(narrow.resolve("config.json")));
  }

  @Test
  void shardsBecomeOneFileAndShardsAgain() {
    Path sharded = Fixtures.require("models/llama_sharded");
    Path one = folder.resolve("one");
    Path many = folder.resolve("many");
    ModelConverter.convert(sharded, one, null, NO_SHARDS);
    assertThat(one.resolve("model.safetensors")).exists();
    assertSame(one, sharded);
    ModelConverter.convert(one, many, null, 100_000);
    assertThat(many.resolve("model.safetensors")).doesNotExist();
    assertThat(many.resolve("model.safetensors.index.json")).exists();
    assertSame(many, sharded);
    ModelDirectory.load(many, Dtype.FLOAT32, Device.CPU).close();
  }

  @Test
  void theOlderNameOfTheTypeIsKept() throws IOException {
    Path model = qwen2();
    Files.copy(
        Fixtures.require("models/qwen2/config.legacy.json"),
        Files.createDirectory(folder.resolve("old")).resolve("config.json"));
    Files.copy(model.resolve("model.safetensors"), folder.resolve("old/model.safetensors"));
    Path out = folder.resolve("out");
    ModelConverter.convert(folder.resolve("old"), out, Dtype.FLOAT16, NO_SHARDS);
    ObjectNode config = Json.readObject(out.resolve("config.json"));
    assertThat(config.path("torch_dtype").asString()).isEqualTo("float16");
    assertThat(config.has("dtype")).isFalse();
    assertThat(dtypeOf(out)).isEqualTo(Dtype.FLOAT16);
  }

  @Test
  void aStoredHeadIsLeftOutWhereItIsTied() throws IOException {
    Path tied = tiedWith("model.norm.weight", 1);
    Path out = folder.resolve("out");
    ModelConverter.convert(tied, out, null, NO_SHARDS);
    assertThat(bytes(tied)).containsKey("lm_head.weight");
    assertThat(bytes(out)).doesNotContainKey("lm_head.weight").hasSize(bytes(tied).size() - 1);
    ModelDirectory.load(out, Dtype.FLOAT32, Device.CPU).close();
  }

  @Test
  void weightsTooLargeForFloat16AreNamed() throws IOException {
    Path model = tiedWith("model.norm.weight", 70_000);
    Path out = folder.resolve("out");
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> ModelConverter.convert(model, out, Dtype.FLOAT16, NO_SHARDS))
        .withMessage(
            model
                + ": cannot be written as float16, whose largest number is 65504:"
                + " model.norm.weight up to 70000.0; bfloat16 holds them");
    assertThat(out).doesNotExist();
    ModelConverter.convert(model, out, Dtype.BFLOAT16, NO_SHARDS);
  }

  @Test
  void nothingIsOverwritten() {
    Path model = qwen2();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> ModelConverter.convert(model, model, null, NO_SHARDS))
        .withMessage(model + ": must be empty or not exist yet, so that nothing is overwritten");
  }

  private static Path qwen2() {
    return Fixtures.require("models/qwen2");
  }

  /// Writes a tied model that stores its head too, with one tensor filled with a number.
  private Path tiedWith(String name, double value) throws IOException {
    Path model = Files.createDirectory(folder.resolve("tied"));
    ObjectNode config = Json.readObject(qwen2().resolve("config.json"));
    config.put("tie_word_embeddings", true);
    Files.writeString(model.resolve("config.json"), Json.pretty(config));
    try (CausalLm plan = Decoders.create(ConfigReader.read(model), Dtype.FLOAT32, Device.CPU)) {
      plan.initialise(3);
      Map<String, Tensor> weights = new LinkedHashMap<>(ModelDirectory.weights(plan));
      weights.put("lm_head.weight", requireNonNull(weights.get("model.embed_tokens.weight")));
      requireNonNull(weights.get(name)).fill_(value);
      Safetensors.write(model.resolve("model.safetensors"), weights);
    }
    return model;
  }
}
