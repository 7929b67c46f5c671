package dev.tesuji.text;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Holds the tokenizer to the ids and texts of Hugging Face's own.
class TokenizerParityTest {
  static Stream<Path> styles() {
    return Fixtures.list("tokenizers").stream()
        .filter(d -> Files.exists(d.resolve("tokenizer.json")));
  }

  @ParameterizedTest
  @MethodSource("styles")
  void textsBecomeTheSameIds(Path directory) {
    JsonNode cases = Json.readObject(directory.resolve("cases.json"));
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(cases.path("vocab_size").asInt());
      for (JsonNode c : cases.path("encode")) {
        String text = c.path("text").asString();
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ints(c.path("ids")));
        assertThat(tokenizer.encodeWithSpecials(text))
            .as(text)
            .isEqualTo(ints(c.path("ids_with_special")));
        int[] ids = ints(c.path("ids"));
        assertThat(tokenizer.decodeWithSpecials(ids)).isEqualTo(c.path("decoded").asString());
        assertThat(tokenizer.decode(ids)).isEqualTo(c.path("decoded_skip_special").asString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void anyIdsBecomeTheSameText(Path directory) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      for (JsonNode c : Json.readObject(directory.resolve("cases.json")).path("decode")) {
        int[] ids = ints(c.path("ids"));
        assertThat(tokenizer.decodeWithSpecials(ids)).isEqualTo(c.path("text").asString());
        assertThat(tokenizer.decode(ids)).isEqualTo(c.path("text_skip_special").asString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("styles")
  void aStreamNeverGivesOutHalfACharacter(Path directory) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      for (JsonNode c : Json.readObject(directory.resolve("cases.json")).path("stream")) {
        TextStream stream = tokenizer.stream(false);
        int[] ids = ints(c.path("ids"));
        for (int i = 0; i < ids.length; i++) {
          assertThat(stream.add(ids[i]))
              .as(c.path("text").asString() + " at token " + i)
              .isEqualTo(c.path("chunks").get(i).asString());
        }
      }
    }
  }

  @Test
  void theRealTokenizerGivesTheSameIds() {
    Path directory = Fixtures.require("models/stories260k");
    JsonNode reference = Json.readObject(directory.resolve("reference.json"));
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      assertThat(reference.path("tokenizer").isEmpty()).isFalse();
      for (JsonNode c : reference.path("tokenizer")) {
        assertThat(tokenizer.encode(c.path("text").asString())).isEqualTo(ints(c.path("ids")));
      }
    }
  }
}
