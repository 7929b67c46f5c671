package dev.tesuji.text;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The tokens that stand for one byte each, such as `<0x1A>`, where the decoder joins them to
/// characters.
///
/// A run of such tokens is decoded as a whole: one byte that is no UTF-8 makes every byte of the
/// run U+FFFD, also those that were a whole character until it came.
///
/// @param ids their ids; none where the tokenizer has no byte fallback
record ByteTokens(Set<Integer> ids) {
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");

  static ByteTokens of(JsonNode tokenizer) {
    Set<Integer> ids = new TreeSet<>();
    if (joins(tokenizer.path("decoder"))) {
      JsonNode vocabulary = tokenizer.path("model").path("vocab");
      for (Map.Entry<String, JsonNode> e : vocabulary.properties()) {
        if (BYTE.matcher(e.getKey()).matches()) {
          ids.add(e.getValue().asInt(-1));
        }
      }
      for (int i = 0; vocabulary.isArray() && i < vocabulary.size(); i++) {
        if (BYTE.matcher(vocabulary.path(i).path(0).asString("")).matches()) {
          ids.add(i);
        }
      }
      for (JsonNode token : tokenizer.path("added_tokens")) {
        if (BYTE.matcher(token.path("content").asString("")).matches()) {
          ids.add(token.path("id").asInt(-1));
        }
      }
    }
    return new ByteTokens(ids);
  }

  private static boolean joins(JsonNode decoder) {
    if (decoder.path("type").asString("").equals("ByteFallback")) {
      return true;
    }
    for (JsonNode inner : decoder.path("decoders")) {
      if (joins(inner)) {
        return true;
      }
    }
    return false;
  }

  boolean isByte(int id) {
    return ids.contains(id);
  }
}
