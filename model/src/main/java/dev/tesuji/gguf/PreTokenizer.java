package dev.tesuji.gguf;

import dev.tesuji.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The ways to cut a text before byte-level pairs are merged, which a GGUF file names in
/// `tokenizer.ggml.pre` and a `tokenizer.json` spells out.
@SuppressWarnings("ImmutableEnumChecker") // its lists are
enum PreTokenizer {
  LLAMA3(
      List.of("llama-bpe", "llama3", "llama-v3", "falcon3"),
      List.of(words("\\p{N}{1,3}")),
      false,
      true),
  QWEN2(List.of("qwen2", "deepseek-r1-qwen", "megrez"), List.of(words("\\p{N}")), true, false),
  DEEPSEEK_V3(
      List.of("deepseek-v3"),
      List.of(
          "\\p{N}{1,3}",
          "[一-龥\u3040-ゟ゠-ヿ]+",
          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?"
              + "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      false,
      false),
  SMOLLM(List.of("smollm"), List.of(), false, false),
  GPT2(List.of("gpt-2"), List.of(), false, false);

  private final List<String> names;
  private final List<String> patterns; // none: the byte level's own
  private final boolean composes;
  private final boolean ignoresMerges;

  PreTokenizer(List<String> names, List<String> patterns, boolean composes, boolean ignoresMerges) {
    this.names = names;
    this.patterns = patterns;
    this.composes = composes;
    this.ignoresMerges = ignoresMerges;
  }

  /// Returns the pattern that Llama 3 and Qwen2 share but for their numbers.
  private static String words(String numbers) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /// Finds the one that a file names; null where it is not known.
  static @Nullable PreTokenizer named(String name) {
    for (PreTokenizer each : values()) {
      if (each.names.contains(name)) {
        return each;
      }
    }
    return null;
  }

  /// Recognises the one that a `tokenizer.json` spells out; null where it is none of these.
  static @Nullable PreTokenizer of(JsonNode tokenizer) {
    List<String> steps = steps(tokenizer.path("pre_tokenizer"));
    for (PreTokenizer each : values()) {
      if (steps(each.preTokenizer()).equals(steps)
          && each.composes == isNfc(tokenizer.path("normalizer"))) {
        return each;
      }
    }
    return null;
  }

  private static boolean isNfc(JsonNode normalizer) {
    return normalizer.path("type").asString("").equals("NFC");
  }

  /// Returns what each step does, in words that equal steps share.
  private static List<String> steps(JsonNode node) {
    String type = node.path("type").asString("none");
    return switch (type) {
      case "Sequence" ->
          node.path("pretokenizers").valueStream().flatMap(n -> steps(n).stream()).toList();
      case "Split" ->
          List.of(
              "split "
                  + node.path("behavior").asString("")
                  + node.path("invert").asBoolean(false)
                  + node.path("pattern").path("Regex").asString("?"));
      case "Digits" -> List.of("digits " + node.path("individual_digits").asBoolean(false));
      case "ByteLevel" ->
          List.of(
              "bytes "
                  + node.path("add_prefix_space").asBoolean(true)
                  + node.path("use_regex").asBoolean(true));
      default -> List.of(type);
    };
  }

  /// Returns the name for files that are written.
  String writtenName() {
    return names.getFirst();
  }

  /// Returns the names that are known, for messages.
  static List<String> known() {
    return List.of(values()).stream().flatMap(p -> p.names.stream()).toList();
  }

  /// Returns whether a word that is a token is taken whole, whatever the merges say.
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  /// Returns whether texts begin with the beginning of a sequence where a file does not say.
  boolean addsBeginning() {
    return this == LLAMA3;
  }

  /// Returns the `normalizer` of a `tokenizer.json`; null where there is none.
  @Nullable ObjectNode normalizer() {
    return composes ? Json.MAPPER.createObjectNode().put("type", "NFC") : null;
  }

  /// Returns the `pre_tokenizer`.
  ObjectNode preTokenizer() {
    ObjectNode sequence = Json.MAPPER.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("pretokenizers");
    if (this == SMOLLM) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    }
    for (String pattern : patterns) {
      ObjectNode split = steps.addObject().put("type", "Split");
      split.putObject("pattern").put("Regex", pattern);
      split.put("behavior", "Isolated").put("invert", false);
    }
    steps.add(byteLevel(false, patterns.isEmpty()));
    return sequence;
  }

  /// Returns a step to, or from, the characters that stand for bytes.
  static ObjectNode byteLevel(boolean prefix, boolean regex) {
    ObjectNode bytes = Json.MAPPER.createObjectNode().put("type", "ByteLevel");
    return bytes.put("add_prefix_space", prefix).put("trim_offsets", false).put("use_regex", regex);
  }
}
