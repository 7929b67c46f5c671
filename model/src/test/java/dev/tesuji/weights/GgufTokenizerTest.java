package dev.tesuji.weights;

import static dev.tesuji.json.FixtureJson.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.gguf.GgufFile;
import dev.tesuji.gguf.GgufValue;
import dev.tesuji.gguf.GgufWriter;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.gguf.TokenizerWriter;
import dev.tesuji.json.Json;
import dev.tesuji.text.TokenTable;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes tokenizers to GGUF and back, and holds what comes back to the ids of the original.
class GgufTokenizerTest {
  private static final int ROWS = 640;

  @TempDir private Path folder = Path.of("");

  static Stream<Path> styles() {
    return Fixtures.list("tokenizers").stream()
        .filter(d -> Files.exists(d.resolve("tokenizer.json")));
  }

  @ParameterizedTest
  @MethodSource("styles")
  void everyStyleKeepsItsIds(Path style) throws Exception {
    Path gguf = toGguf(style);
    requireRebuilt(gguf);
    JsonNode cases = Json.readObject(style.resolve("cases.json"));
    try (Tokenizer tokenizer = Tokenizer.load(gguf);
        Tokenizer original = Tokenizer.load(style)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(cases.path("vocab_size").asInt());
      assertThat(tokenizer.specials()).isEqualTo(original.specials());
      assertThat(tokenizer.idOf("eos_token")).isEqualTo(original.idOf("eos_token"));
      assertThat(cases.path("encode").isEmpty()).isFalse();
      for (JsonNode c : cases.path("encode")) {
        String text = c.path("text").asString();
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(ints(c.path("ids")));
        assertThat(tokenizer.encodeWithSpecials(text))
            .as(text)
            .isEqualTo(ints(c.path("ids_with_special")));
        assertThat(tokenizer.decode(ints(c.path("ids"))))
            .isEqualTo(c.path("decoded_skip_special").asString());
      }
      for (JsonNode c : cases.path("decode")) {
        assertThat(tokenizer.decodeWithSpecials(ints(c.path("ids"))))
            .isEqualTo(c.path("text").asString());
      }
    }
  }

  @Test
  void sentencePiecesKeepTheirIds() {
    Path model = Fixtures.require("models/stories260k");
    Path gguf = folder.resolve("model.gguf");
    GgufConverter.convert(model, gguf, Quantization.Q8_0);
    requireSameIds(model, gguf);
    Path bare = folder.resolve("bare.gguf");
    TokenTable table = TokenTable.read(model, 512);
    Map<String, GgufValue> fields =
        TokenizerWriter.fields(bare, table.json(), table.added(), table.specials(), 512);
    fields.remove("tokenizer.huggingface.json"); // has one way to make each token, scores have all
    GgufWriter.write(bare, fields, List.of());
    requireRebuilt(bare);
    requireSameIds(model, bare);
  }

  private static void requireSameIds(Path model, Path gguf) {
    JsonNode reference = Json.readObject(model.resolve("reference.json"));
    try (Tokenizer tokenizer = Tokenizer.load(gguf);
        Tokenizer original = Tokenizer.load(model)) {
      for (JsonNode c : reference.path("tokenizer")) {
        assertThat(tokenizer.encode(c.path("text").asString())).isEqualTo(ints(c.path("ids")));
      }
      for (String text : new String[] {"", " ", "  Once  upon", "tête-à-tête 日本\n\n<s>a</s> b"}) {
        assertThat(tokenizer.encodeWithSpecials(text)).isEqualTo(original.encodeWithSpecials(text));
        int[] ids = original.encodeWithSpecials(text);
        assertThat(tokenizer.decode(ids)).isEqualTo(original.decode(ids));
      }
    }
  }

  @Test
  void aTokenizerOfWholeWordsGoesAlongAsItIs() {
    Path model = folder.resolve("model");
    NewModel.DEFAULT.create(model, 1);
    Path gguf = folder.resolve("model.gguf");
    GgufConverter.convert(model, gguf, Quantization.F16);
    try (Tokenizer tokenizer = Tokenizer.load(gguf);
        Tokenizer original = Tokenizer.load(model)) {
      String text = "12+7=19; <think>so? É</think>\n<answer>19</answer><eos>";
      assertThat(tokenizer.encode(text)).isEqualTo(original.encode(text));
      assertThat(tokenizer.vocabularySize()).isEqualTo(original.vocabularySize());
      assertThat(tokenizer.roles()).isEqualTo(original.roles());
    }
  }

  @Test
  void aWayToCutTextsThatHasNoNameIsRefused() throws Exception {
    Path model = modelWith(Fixtures.require("tokenizers/qwen2_style"));
    Path file = model.resolve("tokenizer.json");
    ObjectNode json = Json.readObject(file);
    json.putObject("pre_tokenizer").put("type", "Whitespace");
    Files.writeString(file, Json.pretty(json));
    Path gguf = folder.resolve("other.gguf");
    assertThatThrownBy(() -> GgufConverter.convert(model, gguf, Quantization.F16))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith(
            file + ": field 'pre_tokenizer' must cut texts as one of llama-bpe,")
        .hasMessageEndingWith("got {\"type\":\"Whitespace\"}");
    assertThat(gguf).doesNotExist();
  }

  /// The tokenizer must have come from tokens and merges, not from a copy of the whole.
  private static void requireRebuilt(Path gguf) {
    try (GgufFile file = GgufFile.open(gguf)) {
      assertThat(file.metadata().has("tokenizer.huggingface.json")).isFalse();
    }
  }

  private Path toGguf(Path style) throws Exception {
    Path gguf = folder.resolve("model.gguf");
    GgufConverter.convert(modelWith(style), gguf, Quantization.F32);
    return gguf;
  }

  private Path modelWith(Path style) throws Exception {
    Path model = folder.resolve("model");
    new NewModel(1, 32, 32, 2, 2, 64, new Rows()).create(model, 1);
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.write(model.resolve(name), Files.readAllBytes(style.resolve(name)));
    }
    return model;
  }

  private record Rows() implements TokenSet {
    @Override
    public int size() {
      return ROWS;
    }

    @Override
    public ObjectNode tokenizer() {
      return Json.MAPPER.createObjectNode();
    }
  }
}
