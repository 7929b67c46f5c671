package dev.tesuji.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CompletionTextTest {
  private static final String SAID = "<think>9+8=17;</think><answer>17</answer>";

  @TempDir private Path folder = Path.of("");

  /// Writes the base's tokenizer with its tags flagged special, as published reasoning models have
  /// them.
  private Tokenizer flagged() throws IOException {
    Path base = Fixtures.checkout().resolve("models/base");
    Files.copy(base.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
    ObjectNode json = Json.readObject(base.resolve("tokenizer.json"));
    for (JsonNode token : json.path("added_tokens")) {
      ((ObjectNode) token).put("special", true);
    }
    Files.writeString(folder.resolve("tokenizer.json"), Json.pretty(json));
    return Tokenizer.load(folder);
  }

  @Test
  void tagsAreReadWhateverTheirFlag() throws IOException {
    try (Tokenizer plain = Tokenizer.load(Fixtures.checkout().resolve("models/base"));
        Tokenizer special = flagged()) {
      int[] ids = plain.encode(SAID + "<eos><pad>");
      assertThat(special.decode(ids)).as("what was read before").isEqualTo("9+8=17;17");
      assertThat(new CompletionText(plain, Set.of()).of(ids)).isEqualTo(SAID);
      assertThat(new CompletionText(special, Set.of()).of(ids)).isEqualTo(SAID);
    }
  }

  @Test
  void onlyTokensThatBeginEndOrPadAreLeftOut() throws IOException {
    try (Tokenizer special = flagged()) {
      int[] ids = special.encode("<unk>7<eos>");
      assertThat(new CompletionText(special, Set.of()).of(ids)).isEqualTo("<unk>7");
      int unknown = ids[0];
      assertThat(new CompletionText(special, Set.of(unknown)).of(ids)).isEqualTo("7");
    }
  }

  @Test
  void aContinuationIsReadAfterItsPrompt() throws IOException {
    try (Tokenizer special = flagged()) {
      CompletionText text = new CompletionText(special, Set.of());
      int[] prompt = special.encode("9+8=?<think>");
      assertThat(text.after(prompt, special.encode("9</think>17<eos>"))).isEqualTo("9</think>17");
    }
  }
}
