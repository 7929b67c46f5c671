package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.Scoring;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.nn.ModelConfig.SparseLayers;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads the dimensions of the kinds of attention and feed-forward blocks, which families combine.
final class BlockFields {
  private BlockFields() {}

  /// Reads grouped-query attention.
  ///
  /// @param absent the meaning of absent fields
  /// @param normed whether queries and keys are normed head by head
  static AttentionConfig.Grouped grouped(
      ConfigFields fields, ModelFamily.Defaults absent, Biases biases, boolean normed) {
    int heads = fields.positive("num_attention_heads");
    int kvHeads = sizeOr(fields, "num_key_value_heads", absent.kvHeads(), heads);
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw fields.bad(
          "num_key_value_heads", "must divide num_attention_heads (" + heads + ")", kvHeads);
    }
    int usual = fields.positive("hidden_size") / heads;
    int headDim = fields.even("head_dim", sizeOr(fields, "head_dim", absent.headDim(), usual));
    return new AttentionConfig.Grouped(
        heads, kvHeads, headDim, biases.qkv(), biases.output(), normed);
  }

  /// Biases of attention.
  ///
  /// @param qkv whether queries, keys and values have them
  /// @param output whether the output has
  record Biases(boolean qkv, boolean output) {
    static final Biases NONE = new Biases(false, false);
  }

  /// Returns a size: the family's own where the field is absent, and it has one; what follows from
  /// other sizes where the field is null.
  private static int sizeOr(ConfigFields fields, String name, int absent, int implied) {
    return fields.optionalInt(name, fields.json().has(name) || absent == 0 ? implied : absent);
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
  static FeedForwardConfig experts(ConfigFields fields, ExpertDefaults absent) {
    return new FeedForwardConfig(
        fields.positive("intermediate_size"),
        fields.flag("mlp_bias", false),
        router(fields, absent));
  }

  private static ExpertsConfig router(ConfigFields fields, ExpertDefaults absent) {
    fields.requireText("scoring_func", "sigmoid");
    fields.requireText("topk_method", "noaux_tc");
    int routed = fields.positive("n_routed_experts");
    int groups = fields.notNegative("n_group", absent.groups());
    if (groups < 1 || routed % groups != 0) {
      throw fields.bad("n_group", "must divide n_routed_experts (" + routed + ")", groups);
    }
    int groupsPerToken =
        fields.notNegative("topk_group", Math.min(groups, absent.groupsPerToken()));
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
    int width = fields.positive("moe_intermediate_size");
    int shared = fields.notNegative("n_shared_experts", 1);
    if (shared > Integer.MAX_VALUE / width) {
      throw fields.bad("n_shared_experts", "must make a block of less than 2^31", shared);
    }
    return new ExpertsConfig(
        new SparseLayers(absent.dense(), 1, Set.of()),
        width,
        routed,
        perToken,
        shared == 0 ? null : new SharedExpert(shared * width, false),
        Scoring.SIGMOID,
        groups,
        groupsPerToken,
        fields.flag("norm_topk_prob", true),
        fields.number(fields.json(), "routed_scaling_factor", absent.scale()));
  }

  /// The layers without experts, and the meaning of absent fields of a mixture of experts.
  ///
  /// @param dense how many layers at the beginning have no experts
  /// @param groups `n_group`
  /// @param groupsPerToken `topk_group`
  /// @param scale `routed_scaling_factor`
  record ExpertDefaults(int dense, int groups, int groupsPerToken, double scale) {}

  /// Counts the layers at the beginning that have no experts, of a list with a kind per layer.
  static int denseLayers(ConfigFields fields, int absent) {
    JsonNode kinds = fields.json().path("mlp_layer_types");
    if (!kinds.isArray()) {
      return absent;
    }
    int dense = 0;
    while (kinds.path(dense).asString("").equals("dense")) {
      dense++;
    }
    for (int i = dense; i < fields.positive("num_hidden_layers"); i++) {
      if (!kinds.path(i).asString("").equals("sparse")) {
        throw fields.bad(
            "mlp_layer_types",
            "must have one of dense or sparse per layer, the dense first",
            kinds);
      }
    }
    return dense;
  }
}
