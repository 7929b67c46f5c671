package dev.tesuji.weights;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.gguf.GgufValue;
import dev.tesuji.gguf.Quantization;
import dev.tesuji.gguf.TokenizerWriter;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.text.TokenTable;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The metadata of a GGUF file for a model.
final class GgufFields {
  private static final int SIGMOID = 2; // of expert_gating_func
  private static final List<String> FURTHER_ENDS = List.of("eot_token_id", "eom_token_id");

  private final Map<String, GgufValue> fields = new LinkedHashMap<>();
  private final ModelConfig config;
  private final String architecture;

  private GgufFields(ModelConfig config) {
    this.config = config;
    this.architecture = architecture(config);
  }

  /// Returns the architecture that a GGUF file has for a family; null where it has none.
  private static @Nullable String known(ModelConfig config) {
    return switch (config.modelType()) {
      case "llama", "mistral" -> "llama";
      case "qwen2" -> "qwen2";
      case "qwen3" -> "qwen3";
      case "qwen3_moe" -> "qwen3moe";
      case "deepseek_v3", "glm4_moe_lite" -> "deepseek2";
      default -> null;
    };
  }

  /// Returns the architecture that a GGUF file has for a family.
  ///
  /// @throws BadInput when there is none
  static String architecture(ModelConfig config) {
    String known = known(config);
    if (known == null) {
      throw new BadInput(
          "models of type '" + config.modelType() + "' cannot be written as GGUF yet");
    }
    return known;
  }

  /// Returns the fields of a model.
  ///
  /// @throws BadInput when the format has no place for something that the model has
  static Map<String, GgufValue> of(
      ModelParts parts, ModelConfig config, ModelFiles files, Quantization quantization) {
    GgufFields fields = new GgufFields(config);
    fields.requireLayersAlike();
    fields.general(parts, quantization);
    fields.dimensions();
    fields.rope(files.config());
    if (Tokenizer.exists(parts.tokenizer())) {
      fields.tokenizer(parts, files);
    }
    return fields.fields;
  }

  private void general(ModelParts parts, Quantization quantization) {
    text("general.architecture", architecture);
    text("general.type", "model");
    Path name = parts.path().toAbsolutePath().normalize().getFileName();
    text("general.name", name == null ? "model" : name.toString().replaceAll("\\.gguf$", ""));
    whole("general.file_type", quantization.fileType());
    if (quantization.isQuantised()) {
      whole("general.quantization_version", 2);
    }
  }

  private void dimensions() {
    own("context_length", config.maxPositions());
    own("embedding_length", config.hiddenSize());
    own("block_count", config.layers());
    own("feed_forward_length", config.feedForward().intermediateSize());
    own("vocab_size", config.vocabularySize());
    number("attention.layer_norm_rms_epsilon", config.normEpsilon());
    own("attention.head_count", config.attention().heads());
    switch (config.attention()) {
      case AttentionConfig.Grouped grouped -> {
        own("attention.head_count_kv", grouped.kvHeads());
        own("attention.key_length", grouped.headDim());
        own("attention.value_length", grouped.headDim());
      }
      case AttentionConfig.Latent latent -> {
        own("attention.head_count_kv", 1); // keys and values are kept as one latent
        own("attention.key_length", latent.keyValueRank() + latent.rotaryDim());
        own("attention.value_length", latent.keyValueRank());
        own("attention.key_length_mla", latent.headDim());
        own("attention.value_length_mla", latent.valueDim());
        own("attention.kv_lora_rank", latent.keyValueRank());
        if (latent.queryRank() > 0) {
          own("attention.q_lora_rank", latent.queryRank());
        }
      }
    }
    ExpertsConfig experts = config.feedForward().experts();
    if (experts != null) {
      experts(experts);
    }
  }

  private void experts(ExpertsConfig experts) {
    own("expert_count", experts.routed());
    own("expert_used_count", experts.perToken());
    own("expert_feed_forward_length", experts.intermediateSize());
    if (architecture.equals("deepseek2")) {
      own("leading_dense_block_count", experts.layers().first());
      SharedExpert shared = experts.shared();
      int width = shared == null ? 0 : shared.intermediateSize();
      own("expert_shared_count", width / experts.intermediateSize());
      own("expert_group_count", experts.groups());
      own("expert_group_used_count", experts.groupsPerToken());
      number("expert_weights_scale", experts.scale());
      own("expert_gating_func", SIGMOID);
    }
    fields.put(architecture + ".expert_weights_norm", new GgufValue.Flag(experts.normalised()));
  }

  private void rope(JsonNode json) {
    if (!config.rope().interleaved() && architecture.equals("deepseek2")) {
      throw new BadInput(
          "a model with rope_interleave false cannot be written as GGUF: its deepseek2 turns"
              + " neighbouring pairs");
    }
    own("rope.dimension_count", config.attention().rotaryDim());
    number("rope.freq_base", config.rope().theta());
    switch (config.rope().scaling()) {
      case RopeScaling.None _, RopeScaling.Llama3 _ -> {} // Llama 3's is a tensor
      case RopeScaling.Linear(double factor) -> {
        text(architecture + ".rope.scaling.type", "linear");
        number("rope.scaling.factor", factor);
      }
      case RopeScaling.Yarn yarn -> yarn(yarn, json);
      case RopeScaling.LongRope _ ->
          throw new BadInput("a model with longrope cannot be written as GGUF yet");
    }
  }

  /// Refuses layers that differ in what the format says once for all of them.
  private void requireLayersAlike() {
    ExpertsConfig experts = config.feedForward().experts();
    for (int layer = 0; layer < config.layers(); layer++) {
      if (config.sight(layer).window() != 0) {
        throw new BadInput("a model with sliding windows cannot be written as GGUF yet");
      }
      boolean mixed = config.feedForward().expertsOf(layer) != null;
      boolean wanted =
          experts != null
              && (!architecture.equals("deepseek2") || layer >= experts.layers().first());
      if (mixed != wanted) {
        throw new BadInput(
            "a model in which layer "
                + layer
                + " alone has no experts cannot be written as GGUF: its "
                + architecture
                + " has them in every layer");
      }
    }
  }

  private void yarn(RopeScaling.Yarn yarn, JsonNode json) {
    JsonNode scaling =
        json.path("rope_scaling").isObject()
            ? json.path("rope_scaling")
            : json.path("rope_parameters");
    double one = scaling.path("mscale").asDouble(0);
    double all = scaling.path("mscale_all_dim").asDouble(0);
    boolean plain = one == all || (architecture.equals("deepseek2") && all == 0 && one == 1);
    if (!plain || scaling.has("attention_factor") || !yarn.truncate()) {
      throw new BadInput(
          "yarn with attention_factor, truncate false or different mscale and mscale_all_dim cannot"
              + " be written as GGUF");
    }
    text(architecture + ".rope.scaling.type", "yarn");
    number("rope.scaling.factor", yarn.factor());
    own("rope.scaling.original_context_length", yarn.originalPositions());
    number("rope.scaling.yarn_beta_fast", yarn.betaFast());
    number("rope.scaling.yarn_beta_slow", yarn.betaSlow());
    if (all != 0) {
      number("rope.scaling.yarn_log_multiplier", 0.1 * all);
    }
  }

  private void tokenizer(ModelParts parts, ModelFiles files) {
    int rows = config.vocabularySize();
    Path directory = parts.tokenizer();
    TokenTable table = TokenTable.read(directory, rows);
    Path file = ModelFolder.of(directory).file("tokenizer.json");
    fields.putAll(
        TokenizerWriter.fields(file, table.json(), table.added(), table.specials(), rows));
    try (Tokenizer tokenizer = Tokenizer.load(directory, rows)) {
      Set<Integer> ends = LoadedModel.endTokens(parts.base(), config, files, tokenizer);
      Integer begin = tokenizer.idOf("bos_token");
      Integer own = tokenizer.idOf("eos_token");
      Integer end = own == null ? ends.stream().min(Integer::compare).orElse(null) : own;
      id("bos_token_id", begin);
      id("eos_token_id", end);
      id("padding_token_id", tokenizer.idOf("pad_token"));
      id("unknown_token_id", tokenizer.idOf("unk_token"));
      List<Integer> others = ends.stream().filter(e -> !e.equals(end)).sorted().toList();
      for (int i = 0; i < Math.min(others.size(), FURTHER_ENDS.size()); i++) {
        id(FURTHER_ENDS.get(i), others.get(i));
      }
      around(file, tokenizer.encodeWithSpecials(""), begin, end);
    }
    ChatTemplate template = parts.chatTemplate();
    if (template != null) {
      template
          .sources()
          .forEach((name, source) ->
              text("tokenizer.chat_template" + (name.equals("default") ? "" : "." + name), source));
    }
  }

  /// Writes down what the tokenizer puts around texts, by what it puts around none.
  private void around(Path file, int[] empty, @Nullable Integer begin, @Nullable Integer end) {
    boolean begins = empty.length > 0 && begin != null && empty[0] == begin;
    int rest = empty.length - (begins ? 1 : 0);
    boolean ends = rest == 1 && end != null && empty[empty.length - 1] == end;
    if (rest > (ends ? 1 : 0)) {
      throw BadInput.in(
          file,
          "field 'post_processor' must put at most bos_token before and eos_token after a text to"
              + " be written as GGUF");
    }
    fields.put("tokenizer.ggml.add_bos_token", new GgufValue.Flag(begins));
    fields.put("tokenizer.ggml.add_eos_token", new GgufValue.Flag(ends));
  }

  private void id(String name, @Nullable Integer id) {
    if (id != null && id >= 0 && id < config.vocabularySize()) {
      whole("tokenizer.ggml." + name, id);
    }
  }

  private void own(String name, int value) {
    whole(architecture + "." + name, value);
  }

  private void number(String name, double value) {
    fields.put(architecture + "." + name, new GgufValue.Decimal((float) value));
  }

  private void whole(String key, int value) {
    fields.put(key, new GgufValue.Whole(value));
  }

  private void text(String key, String value) {
    fields.put(key, new GgufValue.Text(value));
  }
}
