package dev.tesuji.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.gguf.GgufFile;
import dev.tesuji.gguf.GgufType;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Takes models to GGUF and back.
@ExtendWith(LeakCheck.class)
class GgufConverterTest {
  @TempDir private Path folder = Path.of("");

  static Stream<Path> models() {
    return ModelFixture.all().map(ModelFixture::directory);
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelThatGoesToGgufAndBackIsTheSame(Path fixture) throws Exception {
    Path model = writable(fixture);
    Path gguf = folder.resolve("model.gguf");
    Path back = folder.resolve("back");
    GgufConverter.convert(model, gguf, Quantization.F32);
    assertThat(ModelDirectory.config(gguf))
        .usingRecursiveComparison()
        .ignoringFields("specials", "dtype")
        .isEqualTo(ModelDirectory.config(model));
    ModelConverter.convert(gguf, back, null, ModelDirectory.SHARD_BYTES);
    try (Checkpoint before = Checkpoint.open(model);
        Checkpoint after = Checkpoint.open(back)) {
      for (String name : after.names()) {
        try (Scope _ = Scope.open()) {
          assertThat(values(after, name)).as(name).isEqualTo(values(before, name));
        }
      }
      assertThat(after.names()).containsExactlyInAnyOrderElementsOf(before.names());
    }
  }

  /// Copies a model with YaRN's two settings made equal: a GGUF file has one.
  private Path writable(Path fixture) throws Exception {
    Path model = copy(fixture);
    ObjectNode config = Json.readObject(model.resolve("config.json"));
    if (config.path("rope_parameters") instanceof ObjectNode rope && rope.has("mscale")) {
      Path gguf = folder.resolve("other.gguf");
      assertThatThrownBy(() -> GgufConverter.convert(model, gguf, Quantization.F32))
          .isInstanceOf(BadInput.class)
          .hasMessageStartingWith("yarn with attention_factor, truncate false or different mscale");
      rope.put("mscale_all_dim", rope.path("mscale").asDouble());
      Files.writeString(model.resolve("config.json"), Json.pretty(config));
    }
    return model;
  }

  private static float[] values(Checkpoint checkpoint, String name) {
    Safetensors.Entry entry = checkpoint.entry(name);
    Tensor tensor = Tensor.empty(Dtype.FLOAT32, entry.shape().sizes());
    checkpoint.readInto(name, tensor);
    return tensor.reshape(entry.shape().elements()).toFloats();
  }

  @Test
  void eightBitFloatsAreWrittenTimesTheirScales() {
    Path model =
        Fixtures.checkout().resolve("model/src/test/resources/families/qwen3_moe_eight_bit");
    Path gguf = folder.resolve("model.gguf");
    Path back = folder.resolve("back");
    GgufConverter.convert(model, gguf, Quantization.F32);
    ModelConverter.convert(gguf, back, null, ModelDirectory.SHARD_BYTES);
    try (Checkpoint before = Checkpoint.open(model);
        Checkpoint after = Checkpoint.open(back)) {
      String name = "model.layers.0.mlp.experts.0.gate_proj.weight";
      assertThat(before.entry(name).dtype()).isEqualTo(Dtype.FLOAT8);
      for (String each : after.names()) {
        try (Scope _ = Scope.open()) {
          assertThat(values(after, each)).as(each).isEqualTo(values(before, each));
        }
      }
    }
  }

  @Test
  void rowsOfQueriesAreWrittenInPairs() {
    Path model = Fixtures.require("models/llama");
    Path gguf = folder.resolve("model.gguf");
    GgufConverter.convert(model, gguf, Quantization.F32);
    try (Checkpoint checkpoint = Checkpoint.open(model);
        GgufFile file = GgufFile.open(gguf);
        Scope _ = Scope.open()) {
      int width = ModelDirectory.config(model).hiddenSize();
      int half = 4; // heads of 8
      assertThat(Json.readObject(model.resolve("config.json")).path("head_dim").asInt())
          .isEqualTo(8);
      float[] before = values(checkpoint, "model.layers.0.self_attn.q_proj.weight");
      float[] after = file.rows(file.tensor("blk.0.attn_q.weight"), 0, 2L * half).toFloats();
      // of a head's rows 0 1 2 3 | 4 5 6 7 the file has 0 4 1 5 2 6 3 7
      int[] order = {0, 4, 1, 5, 2, 6, 3, 7};
      for (int row = 0; row < order.length; row++) {
        assertThat(after[row * width]).isEqualTo(before[order[row] * width]);
      }
    }
  }

  @Test
  void theMixtureOfFourAndSixBitsIsThatOfTheField() {
    Shape shape = new Shape(512, 256);
    Map<String, String> sixes = new TreeMap<>();
    for (int layer = 0; layer < 16; layer++) {
      for (String part : List.of("attn_q", "attn_v", "ffn_down", "ffn_up")) {
        String name = "blk." + layer + "." + part + ".weight";
        GgufType type = Quantization.Q4_K_M.type(name, shape, 16, false);
        if (type != GgufType.Q4_K) {
          assertThat(type).isEqualTo(GgufType.Q6_K);
          sixes.merge(part, Integer.toString(layer), (a, b) -> a + " " + b);
        }
      }
    }
    String costly = "0 1 4 7 10 13 14 15"; // the first two, the last two, every third between
    assertThat(sixes).containsOnly(Map.entry("attn_v", costly), Map.entry("ffn_down", costly));
    assertThat(type("output.weight", 256, false)).isEqualTo(GgufType.Q6_K);
    assertThat(type("token_embd.weight", 256, false)).isEqualTo(GgufType.Q4_K);
    assertThat(type("token_embd.weight", 256, true)).isEqualTo(GgufType.Q6_K);
    assertThat(type("blk.2.attn_q.weight", 96, true)).isEqualTo(GgufType.Q5_0);
    assertThat(type("token_embd.weight", 96, true)).isEqualTo(GgufType.Q8_0);
    assertThat(type("blk.2.attn_q.weight", 24, true)).isEqualTo(GgufType.F16);
    assertThat(type("blk.2.ffn_gate_inp.weight", 256, true)).isEqualTo(GgufType.F32);
  }

  private static GgufType type(String name, long width, boolean tied) {
    return Quantization.Q4_K_M.type(name, new Shape(8, width), 16, tied);
  }

  @Test
  void theStretchOfLlama3IsFoundInItsFactors() throws Exception {
    Path model = copy(Fixtures.require("models/llama"));
    ObjectNode config = Json.readObject(model.resolve("config.json"));
    config.remove("rope_parameters");
    config.put("rope_theta", 500000.0).put("max_position_embeddings", 4096);
    config
        .putObject("rope_scaling")
        .put("rope_type", "llama3")
        .put("factor", 16.0)
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 8192);
    Files.writeString(model.resolve("config.json"), Json.pretty(config));
    Path gguf = folder.resolve("model.gguf");
    GgufConverter.convert(model, gguf, Quantization.F16);
    assertThat(ModelDirectory.config(gguf).rope()).isEqualTo(ModelDirectory.config(model).rope());
  }

  @Test
  void whatAFormatCannotSayIsRefused() throws Exception {
    Path model = copy(Fixtures.require("models/llama"));
    Path there = Files.writeString(folder.resolve("there.gguf"), "mine");
    assertThatThrownBy(() -> GgufConverter.convert(model, there, Quantization.F16))
        .isInstanceOf(BadInput.class)
        .hasMessage(there + ": must not exist yet, so that nothing is overwritten");
    assertThatThrownBy(() -> Quantization.named("q2_k"))
        .hasMessage("--quantization must be f16, bf16, f32, q8_0 or q4_k_m, got 'q2_k'");
  }

  private Path copy(Path fixture) throws Exception {
    Path to = Files.createDirectories(folder.resolve("copy"));
    try (Stream<Path> files = Files.list(fixture)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
    return to;
  }
}
