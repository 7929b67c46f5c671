package dev.tesuji.text;

import dev.tesuji.json.Json;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The tokens of the built-in world: characters, and one token per tag.
public final class Alphabet {
  /// Fills batches of other tools.
  public static final int PAD = 0;

  /// Ends a text.
  public static final int END = 1;

  /// How many tokens there are.
  public static final int SIZE = 64;

  private static final List<String> SPECIAL = List.of("<pad>", "<eos>", "<unk>");
  private static final List<String> TAGS = List.of("<think>", "</think>", "<answer>", "</answer>");
  private static final String CHARACTERS = "0123456789+-*=;?. \nabcdefghijklmnopqrstuvwxyz,:()<>/";

  /// How many of the tokens every `tokenizer.json` has: those of no text, and the tags.
  public static final int FIXED = SPECIAL.size() + TAGS.size();

  private Alphabet() {}

  /// Returns the `tokenizer.json`: one token per character or tag.
  public static ObjectNode tokenizer() {
    List<String> characters = CHARACTERS.codePoints().mapToObj(Character::toString).toList();
    return tokenizer(characters, "[\\s\\S]", SIZE);
  }

  /// Returns a `tokenizer.json` with the tags and some more tokens.
  ///
  /// @param tokens the tokens besides the tags
  /// @param pattern the regular expression that cuts a text into tokens
  /// @param size how many tokens there are with those that are not used
  public static ObjectNode tokenizer(Collection<String> tokens, String pattern, int size) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("version", "1.0");
    json.putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    ObjectNode vocabulary = Json.MAPPER.createObjectNode();
    for (String token : SPECIAL) {
      added.add(addedToken(vocabulary.size(), token, true));
      vocabulary.put(token, vocabulary.size());
    }
    for (String token : TAGS) {
      added.add(addedToken(vocabulary.size(), token, false));
      vocabulary.put(token, vocabulary.size());
    }
    tokens.forEach(t -> vocabulary.put(t, vocabulary.size()));
    while (vocabulary.size() < size) {
      vocabulary.put("<unused" + vocabulary.size() + ">", vocabulary.size());
    }
    json.putNull("normalizer");
    ObjectNode split = json.putObject("pre_tokenizer");
    split.put("type", "Split").put("behavior", "Isolated").put("invert", false);
    split.putObject("pattern").put("Regex", pattern);
    json.putNull("post_processor");
    json.putObject("decoder").put("type", "Fuse");
    ObjectNode model = json.putObject("model");
    model.put("type", "WordLevel").put("unk_token", "<unk>");
    model.set("vocab", vocabulary);
    return json;
  }

  private static ObjectNode addedToken(int id, String content, boolean special) {
    ObjectNode token = Json.MAPPER.createObjectNode();
    token.put("id", id).put("content", content);
    token.put("single_word", false).put("lstrip", false).put("rstrip", false);
    token.put("normalized", false).put("special", special);
    return token;
  }

  /// Returns the `tokenizer_config.json`.
  public static ObjectNode tokenizerConfig() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("pad_token", "<pad>").put("eos_token", "<eos>").put("unk_token", "<unk>");
    json.put("clean_up_tokenization_spaces", false);
    json.put("model_max_length", 512);
    return json;
  }
}
