package dev.tesuji.gguf;

import dev.tesuji.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The small files of a Hugging Face directory, made from the metadata of a GGUF file: what reads a
/// model directory reads a GGUF file by them.
public final class GgufFiles {
  public static final String CONFIG = "config.json";
  public static final String GENERATION = "generation_config.json";
  public static final String TOKENIZER = "tokenizer.json";
  public static final String SETTINGS = "tokenizer_config.json";

  private static final Set<String> ALL = Set.of(CONFIG, GENERATION, TOKENIZER, SETTINGS);

  private GgufFiles() {}

  /// Returns whether some GGUF file could stand for a file of a name.
  public static boolean isName(String name) {
    return ALL.contains(name);
  }

  /// Returns the names of the files that a GGUF file stands for.
  ///
  /// @throws dev.tesuji.check.BadInput when it is broken
  public static Set<String> names(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      return GgufTokenizer.exists(file.metadata()) ? ALL : Set.of(CONFIG, GENERATION);
    }
  }

  /// Makes one of them.
  ///
  /// @throws dev.tesuji.check.BadInput when a field that it comes from is missing, wrong or not
  ///   known
  public static ObjectNode make(Path path, String name) {
    try (GgufFile file = GgufFile.open(path)) {
      return switch (name) {
        case CONFIG -> GgufConfig.of(file);
        case GENERATION -> generation(file.metadata());
        case TOKENIZER -> GgufTokenizer.of(file.metadata()).json();
        case SETTINGS -> GgufTokenizer.of(file.metadata()).settings();
        default -> throw new IllegalArgumentException(name);
      };
    }
  }

  private static ObjectNode generation(GgufMetadata metadata) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    List<Integer> ends = GgufTokenizer.ends(metadata);
    if (!ends.isEmpty()) {
      ArrayNode all = json.putArray("eos_token_id");
      ends.forEach(all::add);
    }
    if (metadata.has(TokenizerFields.BOS)) {
      json.put("bos_token_id", metadata.whole(TokenizerFields.BOS, 0));
    }
    return json;
  }
}
