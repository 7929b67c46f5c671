package dev.tesuji.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The bytes that each token of a `tokenizer.json` writes inside a text: parts of characters too.
///
/// Vocabularies spell bytes in three ways: as letters (GPT-2), as `<0x1A>` beside texts with `▁`
/// for a space (SentencePiece), or as they are. The file's decoder says which.
final class TokenTexts {
  private static final Pattern BYTE = Pattern.compile("<0x([0-9A-Fa-f]{2})>");
  private static final Map<Integer, Integer> LETTERS = letters();
  private static final String BLANK = "\u2581";

  private final Set<String> decoders = new HashSet<>();
  private final Set<Integer> added = new HashSet<>();
  private boolean marksBlanks;

  private TokenTexts(JsonNode json) {
    collect(json.path("decoder"));
  }

  /// Returns the bytes by token id; null where a token is special, or no id's.
  ///
  /// @param specials the ids of special tokens
  static List<byte @Nullable []> of(JsonNode json, int size, Set<Integer> specials) {
    return new TokenTexts(json).all(json, size, specials);
  }

  private List<byte @Nullable []> all(JsonNode json, int size, Set<Integer> specials) {
    List<byte @Nullable []> bytes = new ArrayList<>(Collections.nCopies(size, null));
    for (JsonNode token : json.path("added_tokens")) {
      int id = token.path("id").asInt(-1);
      if (id >= 0 && id < size) {
        added.add(id);
        bytes.set(id, token.path("content").asString("").getBytes(StandardCharsets.UTF_8));
      }
    }
    JsonNode vocabulary = json.path("model").path("vocab");
    for (Map.Entry<String, JsonNode> e : vocabulary.properties()) {
      put(bytes, e.getValue().asInt(-1), e.getKey());
    }
    for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) {
      put(bytes, id, vocabulary.path(id).path(0).asString(""));
    }
    specials.forEach(id -> bytes.set(id, null));
    return Collections.unmodifiableList(bytes);
  }

  private void put(List<byte @Nullable []> all, int id, String token) {
    if (id >= 0 && id < all.size() && !added.contains(id)) {
      all.set(id, bytes(token));
    }
  }

  private void collect(JsonNode decoder) {
    String type = decoder.path("type").asString("");
    decoders.add(type);
    marksBlanks |=
        type.equals("Metaspace")
            || (type.equals("Replace")
                && decoder.path("pattern").path("String").asString("").equals(BLANK));
    decoder.path("decoders").forEach(this::collect);
  }

  private byte[] bytes(String token) {
    if (decoders.contains("ByteLevel") && token.codePoints().allMatch(LETTERS::containsKey)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      token.codePoints().forEach(c -> bytes.write(LETTERS.getOrDefault(c, 0)));
      return bytes.toByteArray();
    }
    Matcher one = BYTE.matcher(token);
    if (decoders.contains("ByteFallback") && one.matches()) {
      return new byte[] {(byte) Integer.parseInt(one.group(1), 16)};
    }
    String text = marksBlanks ? token.replace(BLANK, " ") : token;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Returns the bytes that GPT-2's letters stand for.
  private static Map<Integer, Integer> letters() {
    Map<Integer, Integer> letters = new HashMap<>();
    int other = 256;
    for (int b = 0; b < 256; b++) {
      boolean plain = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      letters.put(plain ? b : other++, b);
    }
    return letters;
  }
}
