package dev.tesuji.weights;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.text.Tokenizer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
