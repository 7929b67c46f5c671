package dev.tesuji.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the library is not trusted with, and what it makes of ids that do not add up.
class TokenizerFileTest {
  @TempDir private Path folder = Path.of("");

  private ObjectNode json = Json.MAPPER.createObjectNode();

  @BeforeEach
  void readTheBase() {
    json = Json.readObject(Fixtures.checkout().resolve("models/base/tokenizer.json"));
  }

  private Path write() throws IOException {
    String text = Json.pretty(json).replace("\"half\"", "\"\\ud800\"");
    return Files.writeString(folder.resolve("tokenizer.json"), text);
  }

  private void refused(String message) throws IOException {
    Path file = write();
    assertThatExceptionOfType(BadInput.class)
        .isThrownBy(() -> Tokenizer.load(folder).close())
        .withMessage(file + ": " + message);
  }

  private ArrayNode added() {
    return (ArrayNode) json.path("added_tokens");
  }

  private static ObjectNode special(String text, int id) {
    ObjectNode token = Json.MAPPER.createObjectNode().put("id", id).put("content", text);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", false).put("special", true);
  }

  @Test
  void anAddedTokenHasTheIdThatTheLibraryGivesIt() throws IOException {
    added().add(special("<far>", 900)).add(special("<far>", 901)).add(special("<next>", 65));
    write();
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.encode("<far><next>")).containsExactly(64, 65);
      assertThat(tokenizer.specials()).containsEntry("<far>", 64).containsEntry("<next>", 65);
      assertThat(tokenizer.vocabularySize()).isEqualTo(66);
    }
  }

  @Test
  void aPadTokenEqualToTheEndTokenIsFine() throws IOException {
    write();
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"eos_token\": \"<eos>\", \"pad_token\": {\"content\": \"<eos>\"}}");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      assertThat(tokenizer.idOf("pad_token")).isEqualTo(tokenizer.idOf("eos_token")).isEqualTo(1);
    }
  }

  @Test
  void whatEndsTheProcessIsRefused() throws IOException {
    json.putObject("decoder").put("type", "Fuse").put("x", "half");
    refused("text must be Unicode, got half a surrogate pair in '?'");
    json.putObject("decoder").put("type", "Fuse");
    json.putObject("post_processor").put("type", "TemplateProcessing").putObject("special_tokens");
    ((ObjectNode) json.path("post_processor"))
        .putArray("single")
        .addObject()
        .putObject("SpecialToken")
        .put("id", "<s>")
        .put("type_id", 0);
    refused(
        "field 'special_tokens' of its post_processor must define '<s>', which its template uses");
    json.putNull("post_processor");
    json.putObject("normalizer").put("type", "Precompiled").put("precompiled_charsmap", "AAAA");
    refused("field 'precompiled_charsmap' must be a whole map of characters; copy the file again");
  }

  @Test
  void aMergeShorterThanItsPrefixIsRefused() throws IOException {
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("continuing_subword_prefix", "##");
    model.putObject("vocab").put("a", 0).put("b", 1).put("ab", 2);
    model.putArray("merges").add("a b");
    refused("the second part of merge \"a b\" must begin with continuing_subword_prefix '##'");
  }

  @Test
  void anIdThatNoModelHasARowForIsRefused() throws IOException {
    ((ObjectNode) json.path("model").path("vocab")).put("<eos>", 2_000_000_000);
    refused("id of token '<eos>' must be a whole number from 0 to 524287, got 2000000000");
  }
}
