package dev.tesuji.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A family of models: its name in `config.json`, and what transformers takes for fields that a
/// file leaves out.
enum ModelFamily {
  /// The common decoder: grouped-query attention and a gated feed-forward block.
  LLAMA("llama", new Defaults(0, 0, 2048, 1e-6, false)),
  /// Llama with biases at queries, keys and values.
  QWEN2("qwen2", new Defaults(32, 0, 32768, 1e-6, true)),
  /// Llama with norms at queries and keys.
  QWEN3("qwen3", new Defaults(32, 128, 32768, 1e-6, false)),
  /// Llama by another name, where no window slides.
  MISTRAL("mistral", new Defaults(8, 0, 131072, 1e-6, false)),
  /// Qwen2 with biases that can be left out.
  SEED_OSS("seed_oss", new Defaults(8, 128, 524288, 1e-6, true)),
  /// Latent attention and a mixture of experts.
  DEEPSEEK_V3("deepseek_v3", new Defaults(128, 0, 4096, 1e-6, false)),
  /// GLM-4.7-Flash: DeepSeek-V3 by another name.
  GLM4_MOE_LITE("glm4_moe_lite", new Defaults(20, 0, 202752, 1e-5, false));

  /// What absent fields mean.
  ///
  /// @param kvHeads `num_key_value_heads`; 0 for as many as there are heads
  /// @param headDim `head_dim`; 0 for the hidden size by the heads
  /// @param positions `max_position_embeddings`
  /// @param epsilon `rms_norm_eps`
  /// @param bias `attention_bias`: whether queries, keys and values have biases
  record Defaults(int kvHeads, int headDim, int positions, double epsilon, boolean bias) {}

  /// What absent fields of a mixture of experts mean.
  ///
  /// @param dense `first_k_dense_replace`, or the dense ones of `mlp_layer_types`
  /// @param groups `n_group`
  /// @param groupsPerToken `topk_group`
  /// @param scale `routed_scaling_factor`
  record ExpertDefaults(int dense, int groups, int groupsPerToken, double scale) {}

  private final String type;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Defaults defaults;

  ModelFamily(String type, Defaults defaults) {
    this.type = type;
    this.defaults = defaults;
  }

  /// Returns the families' names.
  static List<String> types() {
    return Arrays.stream(values()).map(f -> f.type).toList();
  }

  /// Finds a family by its name in `config.json`.
  static Optional<ModelFamily> find(String type) {
    return Arrays.stream(values()).filter(f -> f.type.equals(type)).findFirst();
  }

  String type() {
    return type;
  }

  Defaults defaults() {
    return defaults;
  }

  ExpertDefaults experts() {
    return this == GLM4_MOE_LITE
        ? new ExpertDefaults(1, 1, 1, 1.8)
        : new ExpertDefaults(3, 8, 4, 2.5);
  }

  /// Says whether keys and values come from one latent, and feed-forward blocks are mixtures.
  boolean isLatent() {
    return this == DEEPSEEK_V3 || this == GLM4_MOE_LITE;
  }
}
