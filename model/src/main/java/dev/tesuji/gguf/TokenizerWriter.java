package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a `tokenizer.json` as the fields of a GGUF file.
///
/// 1. Byte-level pairs become `gpt2`, where the way to cut texts is one that a GGUF file can name.
/// 2. Pairs with byte fallback become `llama`. A merge's place is the score of what it makes.
/// 3. Words without pairs (Tesuji's own small models) become `gpt2` without merges, every word a
///    token that is matched before anything else.
///
/// Where reading the fields back would not give the same tokenizer, the whole `tokenizer.json` goes
/// along in `tokenizer.huggingface.json`, which the format provides and this reader takes.
public final class TokenizerWriter {
  private final Path file;
  private final ObjectNode json;
  private final JsonNode model;
  private final Map<String, Integer> added;
  private final Map<String, Integer> specials;
  private final String[] tokens;
  private final Integer[] kinds;

  private TokenizerWriter(
      Path file,
      ObjectNode json,
      Map<String, Integer> added,
      Map<String, Integer> specials,
      int rows) {
    this.file = file;
    this.json = json;
    this.model = json.path("model");
    this.added = added;
    this.specials = specials;
    tokens = new String[rows];
    kinds = new Integer[rows];
  }

  /// Returns the fields of a tokenizer, but for those of ids and templates.
  ///
  /// @param file named in errors
  /// @param json the `tokenizer.json`
  /// @param added the tokens that are matched before anything else, and their ids
  /// @param specials the special ones among them
  /// @param rows the rows of the model's embedding
  /// @throws BadInput when the format has no place for such a tokenizer
  public static Map<String, GgufValue> fields(
      Path file,
      ObjectNode json,
      Map<String, Integer> added,
      Map<String, Integer> specials,
      int rows) {
    return new TokenizerWriter(file, json, added, specials, rows).fields();
  }

  private Map<String, GgufValue> fields() {
    String type = model.path("type").asString("");
    boolean bytes = model.path("byte_fallback").asBoolean(false);
    Map<String, GgufValue> fields = new LinkedHashMap<>();
    fill(type.equals("WordLevel") ? TokenKind.USER_DEFINED : TokenKind.NORMAL, bytes);
    switch (type) {
      case "BPE" -> {
        if (bytes) {
          sentencePiece(fields);
        } else {
          byteLevel(fields);
        }
      }
      case "WordLevel" -> {
        header(fields, "gpt2", PreTokenizer.GPT2);
        fields.put(TokenizerFields.MERGES, new GgufValue.Texts(List.of()));
      }
      default ->
          throw BadInput.in(
              file,
              "field 'model.type' must be BPE or WordLevel to be written as GGUF, got '"
                  + BadInput.brief(type)
                  + "'");
    }
    if (!isRead(fields)) {
      fields.put(TokenizerFields.HUGGING_FACE, new GgufValue.Text(Json.line(json)));
    }
    return fields;
  }

  private void fill(int usual, boolean bytes) {
    Arrays.setAll(tokens, id -> "[PAD" + id + "]");
    Arrays.fill(kinds, TokenKind.UNUSED);
    for (Map.Entry<String, JsonNode> e : model.path("vocab").properties()) {
      String token = e.getKey();
      int kind = usual;
      if (bytes && token.matches("<0x[0-9A-F]{2}>")) {
        kind = TokenKind.BYTE;
      } else if (bytes && token.equals(model.path("unk_token").asString(null))) {
        kind = TokenKind.UNKNOWN;
      } else if (usual == TokenKind.USER_DEFINED && token.matches("<unused\\d+>")) {
        kind = TokenKind.UNUSED;
      }
      put(token, e.getValue().asInt(-1), kind);
    }
    added.forEach((token, id) -> {
      boolean unknown = id < kinds.length && kinds[id] == TokenKind.UNKNOWN;
      int kind = specials.containsKey(token) ? TokenKind.CONTROL : TokenKind.USER_DEFINED;
      put(token, id, unknown ? TokenKind.UNKNOWN : kind);
    });
  }

  private void put(String token, int id, int kind) {
    if (id < 0 || id >= tokens.length) {
      throw BadInput.in(
          file,
          "token '"
              + BadInput.brief(token)
              + "' has id "
              + id
              + ", and the embedding has "
              + tokens.length
              + " rows");
    }
    tokens[id] = token;
    kinds[id] = kind;
  }

  private void header(Map<String, GgufValue> fields, String name, PreTokenizer pre) {
    fields.put(TokenizerFields.MODEL, new GgufValue.Text(name));
    fields.put(TokenizerFields.PRE, new GgufValue.Text(pre.writtenName()));
    lists(fields);
  }

  private void lists(Map<String, GgufValue> fields) {
    fields.put(TokenizerFields.TOKENS, new GgufValue.Texts(List.of(tokens)));
    fields.put(TokenizerFields.TYPES, new GgufValue.Wholes(List.of(kinds)));
  }

  private void byteLevel(Map<String, GgufValue> fields) {
    PreTokenizer pre = PreTokenizer.of(json);
    if (pre == null) {
      throw BadInput.in(
          file,
          "field 'pre_tokenizer' must cut texts as one of "
              + String.join(", ", PreTokenizer.known())
              + " does, which is all that a GGUF file can name here, got "
              + BadInput.brief(json.path("pre_tokenizer")));
    }
    header(fields, "gpt2", pre);
    List<String> merges = new ArrayList<>();
    for (Pair pair : pairs(json)) {
      merges.add(pair.left() + " " + pair.right());
    }
    fields.put(TokenizerFields.MERGES, new GgufValue.Texts(merges));
  }

  private void sentencePiece(Map<String, GgufValue> fields) {
    fields.put(TokenizerFields.MODEL, new GgufValue.Text("llama"));
    fields.put(TokenizerFields.PRE, new GgufValue.Text("default"));
    lists(fields);
    List<Pair> pairs = pairs(json);
    Map<String, Integer> ranks = new HashMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      ranks.putIfAbsent(pairs.get(i).left() + pairs.get(i).right(), i);
    }
    List<Float> scores = new ArrayList<>();
    for (int id = 0; id < tokens.length; id++) {
      Integer rank = ranks.get(tokens[id]);
      boolean piece = kinds[id] == TokenKind.NORMAL;
      scores.add(piece ? -(float) (rank == null ? pairs.size() + id : rank) : 0f);
    }
    fields.put(TokenizerFields.SCORES, new GgufValue.Numbers(scores));
    fields.put(TokenizerFields.ADD_SPACE, new GgufValue.Flag(prefixesSpace()));
    Integer unknown = idOf(model.path("unk_token").asString(""));
    if (unknown != null) {
      fields.put(TokenizerFields.UNKNOWN, new GgufValue.Whole(unknown));
    }
  }

  private @Nullable Integer idOf(String token) {
    int at = Arrays.asList(tokens).indexOf(token);
    return at < 0 ? null : (Integer) at;
  }

  /// Returns whether texts begin with a space that they do not have.
  private boolean prefixesSpace() {
    for (JsonNode step : json.path("normalizer").path("normalizers")) {
      if (step.path("type").asString("").equals("Prepend")) {
        return true;
      }
    }
    JsonNode pre = json.path("pre_tokenizer");
    return pre.path("type").asString("").equals("Metaspace")
        && !pre.path("prepend_scheme").asString("always").equals("never");
  }

  private record Pair(String left, String right) {}

  private static List<Pair> pairs(JsonNode tokenizer) {
    List<Pair> pairs = new ArrayList<>();
    for (JsonNode merge : tokenizer.path("model").path("merges")) {
      if (merge.isArray()) {
        pairs.add(new Pair(merge.path(0).asString(""), merge.path(1).asString("")));
      } else {
        String text = merge.asString("");
        int between = text.indexOf(' ', 1);
        pairs.add(new Pair(text.substring(0, between), text.substring(between + 1)));
      }
    }
    return pairs;
  }

  /// Returns whether the fields, read back, cut every text as the tokenizer does.
  private boolean isRead(Map<String, GgufValue> fields) {
    MemorySegment header = MemorySegment.ofArray(GgufWriter.header(fields, List.of()));
    ObjectNode back = GgufTokenizer.of(GgufHeader.read(file, header).metadata()).json();
    return pairs(back).equals(pairs(json))
        && PreTokenizer.of(back) == PreTokenizer.of(json)
        && isSame(back, "normalizer")
        && (PreTokenizer.of(json) != null || isSame(back, "pre_tokenizer"))
        && flag(back, "ignore_merges") == flag(json, "ignore_merges")
        && back.path("model").path("type").equals(model.path("type"))
        && addedTokens(back).equals(addedTokens(json));
  }

  private boolean isSame(ObjectNode other, String field) {
    JsonNode a = json.path(field);
    JsonNode b = other.path(field);
    return (a.isNull() || a.isMissingNode()) ? b.isNull() || b.isMissingNode() : a.equals(b);
  }

  private static boolean flag(ObjectNode json, String name) {
    return json.path("model").path(name).asBoolean(false);
  }

  private static Map<String, List<Boolean>> addedTokens(ObjectNode json) {
    Map<String, List<Boolean>> flags = new HashMap<>();
    for (JsonNode token : json.path("added_tokens")) {
      List<Boolean> each = new ArrayList<>();
      for (String flag : List.of("single_word", "lstrip", "rstrip", "special")) {
        each.add(token.path(flag).asBoolean(false));
      }
      boolean composes = !json.path("normalizer").isNull();
      each.add(composes && token.path("normalized").asBoolean(true));
      flags.putIfAbsent(token.path("content").asString(""), Collections.unmodifiableList(each));
    }
    return flags;
  }
}
