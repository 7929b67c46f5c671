package dev.tesuji.weights;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.Tokenizer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Reads a model that others trained and wrote, where it lies beside the checkout.
class SmolLm2Test {
  private static Path file() {
    Path beside = Fixtures.checkout().resolveSibling("shared").resolve("models");
    String named = System.getProperty("tesuji.fixtures");
    Path models = named == null ? beside : Path.of(named).resolveSibling("models");
    Path file = models.resolve("SmolLM2-135M-Instruct.Q4_1.gguf");
    if (!Files.exists(file)) {
      String message = "SKIPPED: " + file + " is absent";
      System.err.println(message);
      Assumptions.abort(message);
    }
    return file;
  }

  /// `smollm2.json` has texts and their ids as llama.cpp (v0.5.0) gives them.
  @Test
  void textsHaveTheIdsThatLlamaCppGivesThem() throws Exception {
    Path file = file();
    try (Tokenizer tokenizer = Tokenizer.load(file);
        InputStream in = SmolLm2Test.class.getResourceAsStream("/gguf/smollm2.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (JsonNode c : Json.MAPPER.readTree(text)) {
        assertThat(tokenizer.encodeWithSpecials(c.path("text").asString()))
            .as(c.path("text").asString())
            .isEqualTo(ints(c.path("ids")));
      }
    }
  }

  @Test
  void itsHeaderSaysWhatItIs() {
    ModelSummary summary = ModelSummary.of(file());
    assertThat(summary.total()).isEqualTo(134_515_008);
    assertThat(summary.misfit()).isNull();
    assertThat(summary.endTokens()).containsExactly(2);
    assertThat(summary.types())
        .isEqualTo(Map.of("Q4_1", 106_168_320L, "Q8_0", 28_311_552L, "float32", 35_136L));
  }

  @Test
  void itsWeightsAsStoredPredictWhatTheyPredictWidened() {
    Path file = file();
    Assumptions.assumeTrue(Kernels.available(), "no kernels here");
    int[] text = {1, 9693, 3905, 253, 655, 260, 1035, 2066};
    float[] stored;
    try (CausalLm model = ModelDirectory.loadAsStored(file, Dtype.FLOAT32, Device.CPU)) {
      // 106,168,320 weights of 5 bits, 28,311,552 of 8.5, and 35,136 plain ones.
      assertThat(model.weightBytes())
          .isEqualTo(106_168_320L / 32 * 20 + 28_311_552L / 32 * 34 + 4 * 35_136);
      stored = logits(model, text);
    }
    try (CausalLm model = ModelDirectory.load(file, Dtype.FLOAT32, Device.CPU)) {
      assertThat(logits(model, text)).isEqualTo(stored);
    }
  }

  /// Returns what comes after a text, which is read at once, and after one more token.
  private static float[] logits(CausalLm model, int[] text) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Decoding decoding = model.decoding(new DecodingCapacity(1, text.length, 2))) {
      Tensor first = decoding.prefill(List.of(text), new int[1], 0);
      Tensor second = decoding.decode(new int[] {30}, new int[] {text.length});
      return Tensor.cat(List.of(first, second), 0).toFloats();
    }
  }
}
