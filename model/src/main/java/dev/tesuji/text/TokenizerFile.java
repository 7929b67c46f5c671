package dev.tesuji.text;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of a `tokenizer.json` that Tesuji reads itself, and the checks before the library
/// reads it.
///
/// The library is native code: where it does not expect what it finds, it ends the whole process.
/// The files with which fuzzing made it do so are refused here.
///
/// @param vocabularySize one more than the highest id
/// @param added the tokens that are matched before anything else, and their ids
/// @param specials the special ones among them
record TokenizerFile(
    int vocabularySize, Map<String, Integer> added, Map<String, Integer> specials) {
  /// No model has an embedding of more rows.
  private static final int LARGEST = 1 << 24;

  /// Ids may have gaps, as where tokens were taken out. What is held has room for each id, so there
  /// are at most so many for a token, and always some for small files.
  private static final int IDS_PER_TOKEN = 64;

  private static final int ALWAYS = 1 << 19;

  private static final int DEEPEST = 64; // the library's own limit is 128

  /// Checks what a file holds.
  ///
  /// @throws BadInput when the library could not be trusted with it
  static TokenizerFile check(Path file, ObjectNode json) {
    requirePlain(file, json, 0);
    requireMergesBeginWithPrefix(file, json.path("model"));
    requireTemplateTokens(file, json.path("post_processor"));
    requireCharacterMaps(file, json.path("normalizer"));
    Map<String, Integer> vocabulary = vocabulary(file, json.path("model").path("vocab"));
    Map<String, Integer> added = new LinkedHashMap<>();
    Map<String, Integer> specials = new LinkedHashMap<>();
    int size = vocabulary.values().stream().mapToInt(id -> id + 1).max().orElse(0);
    int next = 0; // the id after the highest added one
    for (JsonNode token : json.path("added_tokens")) {
      String text = token.path("content").asString("");
      if (text.isEmpty() || added.containsKey(text)) {
        continue; // the library keeps the first
      }
      Integer known = vocabulary.get(text);
      int id = known == null ? Math.max(next, vocabulary.size()) : known;
      added.put(text, id);
      next = Math.max(next, id + 1);
      if (token.path("special").asBoolean(false)) {
        specials.put(text, id);
      }
    }
    return new TokenizerFile(Math.max(size, next), added, specials);
  }

  /// Reads the ids of a model's own tokens: an object, or for unigram models a list of `[token,
  /// score]`.
  private static Map<String, Integer> vocabulary(Path file, JsonNode vocab) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    if (vocab.isArray()) {
      for (int i = 0; i < vocab.size(); i++) {
        ids.put(vocab.path(i).path(0).asString(""), i);
      }
      return ids;
    }
    long end = Math.clamp((long) vocab.size() * IDS_PER_TOKEN, ALWAYS, LARGEST);
    for (Map.Entry<String, JsonNode> e : vocab.properties()) {
      JsonNode id = e.getValue();
      if (!id.isIntegralNumber()
          || !id.canConvertToInt()
          || id.intValue() < 0
          || id.intValue() >= end) {
        throw BadInput.in(
            file,
            "id of token '"
                + BadInput.brief(e.getKey())
                + "' must be a whole number from 0 to "
                + (end - 1)
                + ", got "
                + BadInput.brief(id));
      }
      ids.put(e.getKey(), id.intValue());
    }
    return ids;
  }

  /// Refuses JSON that the library reads otherwise than Java does, or not at all: in a decoder that
  /// is the end of the process.
  private static void requirePlain(Path file, JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw BadInput.in(file, "must not nest deeper than " + DEEPEST);
    }
    if (node.isNumber() && !Double.isFinite(node.doubleValue(Double.NaN))) {
      throw BadInput.in(file, "numbers must be finite, got " + BadInput.brief(node));
    }
    if (node.isString()) {
      requireUnicode(file, node.stringValue());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      requireUnicode(file, field.getKey());
    }
    for (JsonNode child : node) {
      requirePlain(file, child, depth + 1);
    }
  }

  private static void requireUnicode(Path file, String text) {
    if (!Json.isUnicode(text)) {
      throw BadInput.in(
          file,
          "text must be Unicode, got half a surrogate pair in '" + BadInput.brief(text) + "'");
    }
  }

  /// The library looks a template's special tokens up without asking whether they are there.
  private static void requireTemplateTokens(Path file, JsonNode processor) {
    for (String template : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(template)) {
        JsonNode id = piece.path("SpecialToken").path("id");
        if (id.isString() && !processor.path("special_tokens").has(id.stringValue())) {
          throw BadInput.in(
              file,
              "field 'special_tokens' of its post_processor must define '"
                  + BadInput.brief(id.stringValue())
                  + "', which its template uses");
        }
      }
    }
    processor.path("processors").forEach(inner -> requireTemplateTokens(file, inner));
  }

  private static void requireCharacterMaps(Path file, JsonNode normalizer) {
    if (normalizer.path("type").asString("").equals("Precompiled")) {
      CharacterMap.require(file, normalizer.path("precompiled_charsmap").asString(""));
    }
    normalizer.path("normalizers").forEach(inner -> requireCharacterMaps(file, inner));
  }

  /// The library cuts as many bytes from the second part of a merge as the prefix has characters.
  private static void requireMergesBeginWithPrefix(Path file, JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asString("");
    int cut = prefix.codePointCount(0, prefix.length());
    if (cut == 0) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String text = merge.asString("");
      String second =
          merge.isArray() ? merge.path(1).asString("") : text.substring(text.indexOf(' ') + 1);
      byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
      if (bytes.length < cut || (bytes.length > cut && (bytes[cut] & 0xC0) == 0x80)) {
        throw BadInput.in(
            file,
            "the second part of merge "
                + BadInput.brief(merge)
                + " must begin with continuing_subword_prefix '"
                + BadInput.brief(prefix)
                + "'");
      }
    }
  }
}
