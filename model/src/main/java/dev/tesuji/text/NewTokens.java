package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tokens to add to a model: matched in texts before anything else, with rows of the embedding of
/// their own.
///
/// @param plain part of the text: read and written as any other, such as `<think>`
/// @param special left out where completions are read, such as an end of turn
public record NewTokens(List<String> plain, List<String> special) {
  /// Adds none.
  public static final NewTokens NONE = new NewTokens(List.of(), List.of());

  private static final String FILE = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String ADDED = "added_tokens.json";
  private static final String DECODER = "added_tokens_decoder";

  /// Checks that each is a text and asked for once.
  public NewTokens {
    plain = List.copyOf(plain);
    special = List.copyOf(special);
    Set<String> seen = new LinkedHashSet<>();
    for (String token : all(plain, special)) {
      if (token.isBlank() || !Json.isUnicode(token) || !seen.add(token)) {
        throw new IllegalArgumentException(
            "new tokens must be texts, each once, got '" + BadInput.brief(token) + "'");
      }
    }
  }

  private static List<String> all(List<String> plain, List<String> special) {
    List<String> all = new ArrayList<>(plain);
    all.addAll(special);
    return all;
  }

  /// Returns whether there are none.
  public boolean isEmpty() {
    return plain.isEmpty() && special.isEmpty();
  }

  /// A tokenizer's files with tokens added.
  ///
  /// @param files by name, those that changed
  /// @param before the rows that its tokens had
  /// @param rows that they have now
  /// @param ids of the tokens that were added; those that it knew already are not among them
  public record Extended(
      Map<String, byte[]> files, int before, int rows, Map<String, Integer> ids) {}

  /// Adds the tokens to a tokenizer; those that it has already stay what they are.
  ///
  /// @param directory the tokenizer's
  /// @param rows the rows of the model's embedding
  /// @throws BadInput when it has no tokenizer, or one of the tokens would be given the id of
  ///   another
  public Extended extend(Path directory, int rows) {
    ModelFolder folder = ModelFolder.of(directory);
    Path file = folder.file(FILE);
    if (!folder.has(FILE)) {
      throw BadInput.in(directory, "has no tokenizer.json to add tokens to");
    }
    TokenizerSettings settings = TokenizerSettings.read(directory);
    TokenizerJson read = TokenizerJson.read(file, folder.json(FILE), settings, rows);
    int before = read.checked().vocabularySize();
    Map<String, Integer> ids = new LinkedHashMap<>();
    TokenizerFile checked = read.checked();
    for (String text : all(plain, special)) {
      if (!checked.added().containsKey(text)) {
        ObjectNode token = entry(text);
        ((ArrayNode) read.json().path("added_tokens")).add(token);
        TokenizerFile longer = TokenizerFile.check(file, read.json());
        int id = longer.added().getOrDefault(text, -1);
        boolean known = read.json().path("model").path("vocab").has(text);
        if (id < checked.vocabularySize() && !known) {
          throw BadInput.in(
              file,
              "token '"
                  + BadInput.brief(text)
                  + "' would be given the id "
                  + id
                  + ", which another may have: its ids have gaps");
        }
        token.put("id", id);
        checked = longer;
        ids.put(text, id);
      }
    }
    int size = checked.vocabularySize();
    return new Extended(files(folder, read.json(), ids), before, size, ids);
  }

  private ObjectNode entry(String text) {
    boolean isSpecial = special.contains(text);
    ObjectNode token = Json.MAPPER.createObjectNode();
    token.put("id", 0).put("content", text);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return token.put("normalized", false).put("special", isSpecial);
  }

  /// Writes the tokens wherever files of the tokenizer list such.
  private Map<String, byte[]> files(ModelFolder folder, ObjectNode json, Map<String, Integer> ids) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(FILE, bytes(json));
    if (folder.has(CONFIG)) {
      ObjectNode config = folder.json(CONFIG);
      if (config.path(DECODER) instanceof ObjectNode decoder) {
        ids.forEach((text, id) -> {
          ObjectNode token = entry(text);
          token.remove("id");
          decoder.set(String.valueOf(id), token);
        });
        files.put(CONFIG, bytes(config));
      }
    }
    if (folder.has(ADDED)) {
      ObjectNode added = folder.json(ADDED);
      ids.forEach(added::put);
      files.put(ADDED, bytes(added));
    }
    return files;
  }

  private static byte[] bytes(ObjectNode json) {
    return Json.pretty(json).getBytes(StandardCharsets.UTF_8);
  }
}
