package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the tokenizer's files of a Hugging Face directory from the metadata of a GGUF file.
///
/// 1. Where the file carries a whole `tokenizer.json` (`tokenizer.huggingface.json`), it is taken.
/// 2. `gpt2`: byte-level pairs. The way to cut texts is known by its name only ([PreTokenizer]); a
///    name that is not known is refused, since a wrong guess shifts ids silently.
/// 3. `llama`: SentencePiece pairs. The merges are all ways to make a token from two others, the
///    highest score first, as transformers makes them of a SentencePiece model.
final class GgufTokenizer {
  private static final String PADDING = "\\[PAD\\d+]"; // fills the embedding's last rows

  private final GgufMetadata metadata;
  private final List<String> tokens;
  private final int[] types;

  private GgufTokenizer(GgufMetadata metadata, List<String> tokens, int[] types) {
    this.metadata = metadata;
    this.tokens = tokens;
    this.types = types;
  }

  /// Returns whether a file has a tokenizer.
  static boolean exists(GgufMetadata metadata) {
    return metadata.has(TokenizerFields.TOKENS);
  }

  static GgufTokenizer of(GgufMetadata metadata) {
    List<String> tokens = metadata.texts(TokenizerFields.TOKENS);
    int[] types = metadata.wholes(TokenizerFields.TYPES);
    if (types.length == 0) {
      types = new int[tokens.size()];
      Arrays.fill(types, TokenKind.NORMAL);
    }
    if (types.length != tokens.size()) {
      throw metadata.bad(
          TokenizerFields.TYPES,
          "must have a kind for each of " + tokens.size() + " tokens",
          types.length);
    }
    return new GgufTokenizer(metadata, tokens, types);
  }

  /// Returns the `tokenizer.json`.
  ///
  /// @throws BadInput when the tokenizer is of a kind that is not known, or broken
  ObjectNode json() {
    String whole = metadata.textOrNull(TokenizerFields.HUGGING_FACE);
    if (whole != null) {
      return parsed(whole);
    }
    String model = metadata.text(TokenizerFields.MODEL);
    ObjectNode json = Json.MAPPER.createObjectNode().put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    json.set("added_tokens", added());
    switch (model) {
      case "gpt2" -> byteLevel(json);
      case "llama" -> sentencePiece(json);
      default ->
          throw metadata.bad(
              TokenizerFields.MODEL,
              "must be gpt2 or llama (other tokenizers are not known yet)",
              model);
    }
    return json;
  }

  private ObjectNode parsed(String whole) {
    try {
      if (Json.MAPPER.readTree(whole) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new BadInput(
          metadata.file()
              + ": field '"
              + TokenizerFields.HUGGING_FACE
              + "' must be a tokenizer.json, got invalid JSON",
          e);
    }
    throw metadata.bad(TokenizerFields.HUGGING_FACE, "must be a tokenizer.json", whole);
  }

  private ArrayNode added() {
    ArrayNode added = Json.MAPPER.createArrayNode();
    for (int id = 0; id < types.length; id++) {
      boolean special = types[id] == TokenKind.CONTROL || types[id] == TokenKind.UNKNOWN;
      if ((special || types[id] == TokenKind.USER_DEFINED) && !tokens.get(id).isEmpty()) {
        ObjectNode token = added.addObject().put("id", id).put("content", tokens.get(id));
        token.put("single_word", false).put("lstrip", false).put("rstrip", false);
        token.put("normalized", false).put("special", special);
      }
    }
    return added;
  }

  private ObjectNode vocabulary() {
    ObjectNode vocabulary = Json.MAPPER.createObjectNode();
    for (int id = 0; id < types.length; id++) {
      String token = tokens.get(id);
      if (types[id] == TokenKind.UNUSED && token.matches(PADDING)) {
        continue;
      }
      if (vocabulary.has(token)) {
        throw metadata.bad(TokenizerFields.TOKENS, "must differ from each other", token);
      }
      vocabulary.put(token, id);
    }
    return vocabulary;
  }

  private static ObjectNode pairs(@Nullable String unknown, boolean bytes, boolean ignoresMerges) {
    ObjectNode model = Json.MAPPER.createObjectNode().put("type", "BPE");
    model.putNull("dropout").put("unk_token", unknown);
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    return model
        .put("fuse_unk", bytes)
        .put("byte_fallback", bytes)
        .put("ignore_merges", ignoresMerges);
  }

  private void byteLevel(ObjectNode json) {
    String name = metadata.textOrNull(TokenizerFields.PRE);
    PreTokenizer pre = name == null ? null : PreTokenizer.named(name);
    if (pre == null) {
      throw metadata.bad(
          TokenizerFields.PRE,
          "must be one of " + String.join(", ", PreTokenizer.known()),
          name == null ? "nothing" : "'" + name + "'");
    }
    json.set("normalizer", pre.normalizer());
    json.set("pre_tokenizer", pre.preTokenizer());
    ObjectNode around = around(pre.addsBeginning());
    ObjectNode bytes = PreTokenizer.byteLevel(true, true);
    if (around == null) {
      json.set("post_processor", bytes);
    } else {
      ObjectNode sequence = json.putObject("post_processor").put("type", "Sequence");
      sequence.putArray("processors").add(bytes).add(around);
    }
    json.set("decoder", PreTokenizer.byteLevel(true, true).put("trim_offsets", true));
    ObjectNode model = pairs(null, false, pre.ignoresMerges());
    ObjectNode vocabulary = vocabulary();
    model.set("vocab", vocabulary);
    ArrayNode merges = model.putArray("merges");
    for (String merge : metadata.texts(TokenizerFields.MERGES)) {
      int between = merge.indexOf(' ', 1);
      if (between < 0
          || !vocabulary.has(merge.substring(0, between))
          || !vocabulary.has(merge.substring(between + 1))) {
        throw metadata.bad(
            TokenizerFields.MERGES, "must each be two tokens with a space between", merge);
      }
      merges.addArray().add(merge.substring(0, between)).add(merge.substring(between + 1));
    }
    json.set("model", model);
  }

  private void sentencePiece(ObjectNode json) {
    boolean space = metadata.flag(TokenizerFields.ADD_SPACE, true);
    ObjectNode normalizer = json.putObject("normalizer").put("type", "Sequence");
    ArrayNode steps = normalizer.putArray("normalizers");
    if (space) {
      steps.addObject().put("type", "Prepend").put("prepend", "▁");
    }
    steps.add(replace(" ", "▁"));
    json.putNull("pre_tokenizer");
    json.set("post_processor", around(true));
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    decoders.add(replace("▁", " "));
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (space) {
      ObjectNode strip = decoders.addObject().put("type", "Strip").put("content", " ");
      strip.put("start", 1).put("stop", 0);
    }
    ObjectNode model = pairs(tokenOf(TokenizerFields.UNKNOWN, 0), true, false);
    model.set("vocab", vocabulary());
    ArrayNode merges = model.putArray("merges");
    SentencePieces.merges(ranked()).forEach(m -> merges.addArray().add(m.left()).add(m.right()));
    json.set("model", model);
  }

  /// Returns the scores of the tokens that pairs can make.
  private Map<String, Double> ranked() {
    double[] scores = metadata.numbers(TokenizerFields.SCORES);
    if (scores.length != types.length) {
      throw metadata.bad(
          TokenizerFields.SCORES,
          "must have a score for each of " + types.length + " tokens",
          scores.length);
    }
    Map<String, Double> ranked = new LinkedHashMap<>();
    for (int id = 0; id < scores.length; id++) {
      if (types[id] == TokenKind.NORMAL) {
        ranked.put(tokens.get(id), scores[id]);
      }
    }
    return ranked;
  }

  private static ObjectNode replace(String from, String to) {
    ObjectNode replace = Json.MAPPER.createObjectNode().put("type", "Replace");
    replace.putObject("pattern").put("String", from);
    return replace.put("content", to);
  }

  /// Returns the template that puts the beginning and the end around texts; null where none are.
  private @Nullable ObjectNode around(boolean beginsWhereAbsent) {
    String begin =
        metadata.flag(TokenizerFields.ADD_BOS, beginsWhereAbsent)
            ? tokenOf(TokenizerFields.BOS, 1)
            : null;
    String end =
        metadata.flag(TokenizerFields.ADD_EOS, false) ? tokenOf(TokenizerFields.EOS, 2) : null;
    if (begin == null && end == null) {
      return null;
    }
    ObjectNode template = Json.MAPPER.createObjectNode().put("type", "TemplateProcessing");
    side(template.putArray("single"), "A", 0, begin, end);
    ArrayNode pair = template.putArray("pair");
    side(pair, "A", 0, begin, end);
    side(pair, "B", 1, begin, end);
    ObjectNode specials = template.putObject("special_tokens");
    for (String token : new String[] {begin, end}) {
      if (token != null) {
        ObjectNode special = specials.putObject(token).put("id", token);
        special.putArray("ids").add(tokens.indexOf(token));
        special.putArray("tokens").add(token);
      }
    }
    return template;
  }

  private static void side(
      ArrayNode pieces, String name, int type, @Nullable String begin, @Nullable String end) {
    if (begin != null) {
      pieces.addObject().putObject("SpecialToken").put("id", begin).put("type_id", type);
    }
    pieces.addObject().putObject("Sequence").put("id", name).put("type_id", type);
    if (end != null) {
      pieces.addObject().putObject("SpecialToken").put("id", end).put("type_id", type);
    }
  }

  /// Returns the token that a field names by its id; null where the file has none.
  ///
  /// @param absent the id where the field is missing, of SentencePiece tokenizers; of others there
  ///   is none then
  private @Nullable String tokenOf(String key, int absent) {
    boolean implied =
        !metadata.has(key) && "llama".equals(metadata.textOrNull(TokenizerFields.MODEL));
    if (!metadata.has(key) && !implied) {
      return null;
    }
    int id = metadata.whole(key, absent);
    if (id >= tokens.size()) {
      if (implied) {
        return null;
      }
      throw metadata.bad(key, "must be one of " + tokens.size() + " tokens", id);
    }
    return tokens.get(id);
  }

  /// Returns the `tokenizer_config.json`.
  ObjectNode settings() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    role(json, "bos_token", tokenOf(TokenizerFields.BOS, 1));
    role(json, "eos_token", tokenOf(TokenizerFields.EOS, 2));
    role(json, "unk_token", tokenOf(TokenizerFields.UNKNOWN, 0));
    role(json, "pad_token", tokenOf(TokenizerFields.PAD, Integer.MAX_VALUE));
    json.put("clean_up_tokenization_spaces", false);
    templates(json);
    return json;
  }

  private static void role(ObjectNode json, String role, @Nullable String token) {
    if (token != null && !token.isEmpty()) {
      json.put(role, token);
    }
  }

  private void templates(ObjectNode json) {
    String usual = metadata.textOrNull(TokenizerFields.TEMPLATE);
    Set<String> names = new LinkedHashSet<>();
    for (String key : metadata.keys()) {
      if (key.startsWith(TokenizerFields.TEMPLATE + ".")) {
        names.add(key.substring(TokenizerFields.TEMPLATE.length() + 1));
      }
    }
    if (names.isEmpty()) {
      role(json, "chat_template", usual);
      return;
    }
    ArrayNode all = json.putArray("chat_template");
    if (usual != null) {
      all.addObject().put("name", "default").put("template", usual);
    }
    for (String name : names) {
      String template = metadata.text(TokenizerFields.TEMPLATE + "." + name);
      all.addObject().put("name", name).put("template", template);
    }
  }

  /// Returns the ids that end a text.
  static List<Integer> ends(GgufMetadata metadata) {
    List<Integer> ends = new ArrayList<>();
    for (String key : List.of(TokenizerFields.EOS, TokenizerFields.EOT, TokenizerFields.EOM)) {
      if (metadata.has(key) && !ends.contains(metadata.whole(key, -1))) {
        ends.add(metadata.whole(key, -1));
      }
    }
    return ends;
  }
}
