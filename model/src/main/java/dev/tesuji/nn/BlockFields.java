package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;

/// Reads the dimensions of the kinds of attention and feed-forward blocks, which families combine.
final class BlockFields {
  private BlockFields() {}

  /// Reads grouped-query attention.
  ///
  /// @param qkvBias whether queries, keys and values have biases
  /// @param outputBias whether the output has
  /// @param normed whether queries and keys are normed head by head
  static AttentionConfig grouped(
      ConfigFields fields, boolean qkvBias, boolean outputBias, boolean normed) {
    int heads = fields.positive("num_attention_heads");
    int kvHeads = fields.optionalInt("num_key_value_heads", heads);
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw fields.bad(
          "num_key_value_heads", "must divide num_attention_heads (" + heads + ")", kvHeads);
    }
    int usual = fields.positive("hidden_size") / heads;
    int headDim = fields.even("head_dim", fields.optionalInt("head_dim", usual));
    return new AttentionConfig.Grouped(heads, kvHeads, headDim, qkvBias, outputBias, normed);
  }

  /// Reads multi-head latent attention.
  static AttentionConfig latent(ConfigFields fields) {
    int rotary = fields.even("qk_rope_head_dim", fields.positive("qk_rope_head_dim"));
    return new AttentionConfig.Latent(
        fields.positive("num_attention_heads"),
        fields.notNegative("q_lora_rank", 0),
        fields.positive("kv_lora_rank"),
        fields.positive("qk_nope_head_dim"),
        rotary,
        fields.positive("v_head_dim"),
        fields.flag("attention_bias", false));
  }

  /// Reads gated blocks.
  static FeedForwardConfig gated(ConfigFields fields) {
    return new FeedForwardConfig(
        fields.positive("intermediate_size"), fields.flag("mlp_bias", false), null);
  }

  /// Reads gated blocks in the first layers and experts in the others.
  static FeedForwardConfig experts(ConfigFields fields) {
    return new FeedForwardConfig(
        fields.positive("intermediate_size"), fields.flag("mlp_bias", false), router(fields));
  }

  private static ExpertsConfig router(ConfigFields fields) {
    fields.requireText("scoring_func", "sigmoid");
    fields.requireText("topk_method", "noaux_tc");
    int routed = fields.positive("n_routed_experts");
    int groups = fields.notNegative("n_group", 1);
    if (groups < 1 || routed % groups != 0) {
      throw fields.bad("n_group", "must divide n_routed_experts (" + routed + ")", groups);
    }
    int groupsPerToken = fields.notNegative("topk_group", groups);
    if (groupsPerToken < 1 || groupsPerToken > groups) {
      throw fields.bad("topk_group", "must be from 1 to n_group (" + groups + ")", groupsPerToken);
    }
    int perToken = fields.positive("num_experts_per_tok");
    if (perToken > groupsPerToken * (routed / groups)) {
      throw fields.bad(
          "num_experts_per_tok",
          "must be at most the experts of topk_group groups ("
              + groupsPerToken * (routed / groups)
              + ")",
          perToken);
    }
    return new ExpertsConfig(
        fields.notNegative("first_k_dense_replace", 0),
        fields.positive("moe_intermediate_size"),
        routed,
        fields.notNegative("n_shared_experts", 0),
        perToken,
        groups,
        groupsPerToken,
        fields.flag("norm_topk_prob", true),
        fields.number(fields.json(), "routed_scaling_factor", 1));
  }
}
