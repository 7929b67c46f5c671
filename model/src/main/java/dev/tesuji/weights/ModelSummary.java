package dev.tesuji.weights;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The contents of a model directory, from its headers and small files alone: no weight is read.
///
/// @param config the dimensions
/// @param files `config.json` and its companions
/// @param weights how many weights each section has
/// @param types how many weights have each type
/// @param bytes the size of all weights in the files
/// @param shards how many files hold them
/// @param misfit how the weights differ from what `config.json` asks for; null where they agree
/// @param specials the tokenizer's special tokens, by id; empty where there is no tokenizer
/// @param endTokens the tokens that end a text
/// @param remarks what a user may stumble over
public record ModelSummary(
    ModelConfig config,
    ModelFiles files,
    Map<Section, Long> weights,
    Map<String, Long> types,
    long bytes,
    int shards,
    @Nullable String misfit,
    List<Special> specials,
    Set<Integer> endTokens,
    List<String> remarks) {

  /// A section of a decoder.
  public enum Section {
    EMBEDDING("embedding"),
    ATTENTION("attention"),
    FEED_FORWARD("feed-forward"),
    NORMS("norms"),
    HEAD("head"),
    OTHER("other");

    private final String words;

    Section(String words) {
      this.words = words;
    }

    /// Finds the section of a tensor by its checkpoint name.
    static Section of(String tensor) {
      if (EightBitWeights.weightOf(tensor) != null) {
        return OTHER;
      }
      if (tensor.contains("norm.")) {
        return NORMS;
      }
      if (tensor.contains(".self_attn.")) {
        return tensor.endsWith("inv_freq") ? OTHER : ATTENTION;
      }
      if (tensor.contains(".mlp.")) {
        return FEED_FORWARD;
      }
      return switch (tensor) {
        case "model.embed_tokens.weight" -> EMBEDDING;
        case "lm_head.weight", "score.weight" -> HEAD;
        default -> OTHER;
      };
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /// A special token.
  ///
  /// @param id its row in the embedding
  /// @param text what it is written as
  /// @param roles what it is used for, such as `eos_token`; may be empty
  public record Special(int id, String text, List<String> roles) {}

  /// Looks at a model directory.
  ///
  /// @throws BadInput when it is none, or a header or a small file is broken
  public static ModelSummary of(Path directory) {
    ModelConfig config = ModelDirectory.config(directory);
    ModelFiles files = ModelFiles.read(directory);
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      Map<Section, Long> weights = new EnumMap<>(Section.class);
      Map<String, Long> types = new TreeMap<>();
      long bytes = 0;
      for (String name : checkpoint.names()) {
        Safetensors.Entry entry = checkpoint.entry(name);
        long elements = entry.shape().elements();
        weights.merge(Section.of(name), elements, Long::sum);
        types.merge(checkpoint.storedType(name), elements, Long::sum);
        bytes += entry.bytes();
      }
      List<Special> specials = List.of();
      Set<Integer> ends = LoadedModel.endTokens(directory, config, files, null);
      List<String> remarks = new ArrayList<>(WeightsBeyond.notes(directory));
      if (Tokenizer.exists(directory)) {
        try (Tokenizer tokenizer = Tokenizer.load(directory, config.vocabularySize())) {
          specials = specials(tokenizer);
          ends = LoadedModel.endTokens(directory, config, files, tokenizer);
          remarks.addAll(remarks(directory, tokenizer, config));
        }
      }
      int shards = checkpoint.files().size();
      String misfit = misfit(directory, config, checkpoint);
      return new ModelSummary(
          config, files, weights, types, bytes, shards, misfit, specials, ends, remarks);
    }
  }

  private static @Nullable String misfit(
      Path directory, ModelConfig config, Checkpoint checkpoint) {
    try {
      if (Architecture.scores(directory)) {
        ScoreDirectory.check(directory, config, checkpoint);
      } else {
        ModelDirectory.check(directory, config, checkpoint);
      }
      return null;
    } catch (BadInput e) {
      return e.getMessage();
    }
  }

  private static List<Special> specials(Tokenizer tokenizer) {
    List<Special> specials = new ArrayList<>();
    Map<String, String> roles = new TreeMap<>(tokenizer.roles());
    tokenizer
        .specials()
        .forEach((text, id) ->
            specials.add(
                new Special(
                    id,
                    text,
                    roles.keySet().stream().filter(r -> text.equals(roles.get(r))).toList())));
    specials.sort((a, b) -> Integer.compare(a.id(), b.id()));
    return specials;
  }

  private static List<String> remarks(Path directory, Tokenizer tokenizer, ModelConfig config) {
    List<String> remarks = new ArrayList<>();
    Integer pad = tokenizer.idOf("pad_token");
    if (pad != null && pad.equals(tokenizer.idOf("eos_token"))) {
      remarks.add("pad equals eos: fine here, masks come from lengths");
    }
    if (tokenizer.vocabularySize() > config.vocabularySize()) {
      remarks.add(
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens, more than the embedding's "
              + config.vocabularySize()
              + " rows: the model cannot be loaded with it");
    }
    tokenizer
        .roles()
        .forEach((role, text) -> {
          if (tokenizer.idOf(role) == null) {
            remarks.add(role + " is '" + BadInput.brief(text) + "', which is no special token");
          }
        });
    Map<String, Integer> written = new TreeMap<>();
    ModelFolder.of(directory)
        .json("tokenizer.json")
        .path("added_tokens")
        .forEach(token -> written.merge(token.path("content").asString(""), 1, Integer::sum));
    written.forEach((text, times) -> {
      if (times > 1) {
        remarks.add(
            "'" + BadInput.brief(text) + "' is defined " + times + " times: the first counts");
      }
    });
    return remarks;
  }

  /// Counts all weights in the files.
  public long total() {
    return weights.values().stream().mapToLong(n -> n).sum();
  }

  /// Returns whether the model has a chat template, in a file of its own or in
  /// `tokenizer_config.json`.
  public boolean hasChatTemplate(Path directory) {
    return ChatTemplate.exists(directory);
  }
}
