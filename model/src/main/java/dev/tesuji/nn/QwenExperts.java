package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.Scoring;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.nn.ModelConfig.SparseLayers;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the feed-forward blocks of Qwen's mixtures of experts: a softmax over the experts, of
/// which the highest are taken.
final class QwenExperts {
  private static final int ABSENT_WINDOW = 4096;

  private QwenExperts() {}

  /// Reads experts in the layers that `decoder_sparse_step` and `mlp_only_layers` leave them, and
  /// gated blocks in the others.
  ///
  /// @param shared beside the experts; null without
  static FeedForwardConfig read(ConfigFields fields, @Nullable SharedExpert shared) {
    int dense = fields.positive("intermediate_size");
    int routed = fields.notNegative(countField(fields), 0);
    if (routed == 0) {
      return new FeedForwardConfig(dense, false, null);
    }
    int perToken = fields.positive("num_experts_per_tok");
    if (perToken > routed) {
      throw fields.bad(
          "num_experts_per_tok", "must be at most num_experts (" + routed + ")", perToken);
    }
    refuseTrainedBalance(fields);
    ExpertsConfig experts =
        new ExpertsConfig(
            layers(fields),
            fields.positive("moe_intermediate_size"),
            routed,
            perToken,
            shared,
            Scoring.SOFTMAX,
            1,
            1,
            fields.flag("norm_topk_prob", false),
            1);
    return new FeedForwardConfig(dense, false, experts);
  }

  /// transformers 5 saves Qwen3's `num_experts` under the name that other mixtures have.
  private static String countField(ConfigFields fields) {
    String usual = "num_experts";
    String other = "num_local_experts";
    boolean present = fields.json().has(usual) || fields.json().has(other);
    if (!present) {
      fields.positive(usual); // says that it is missing
    }
    return fields.json().has(usual) ? usual : other;
  }

  private static SparseLayers layers(ConfigFields fields) {
    int step = fields.notNegative("decoder_sparse_step", 1);
    if (step < 1) {
      throw fields.bad("decoder_sparse_step", "must be a whole number above 0", step);
    }
    JsonNode listed = fields.json().path("mlp_only_layers");
    Set<Integer> dense = new HashSet<>();
    if (!listed.isMissingNode() && !listed.isNull()) {
      if (!listed.isArray()
          || !listed.valueStream().allMatch(n -> n.isIntegralNumber() && n.canConvertToInt())) {
        throw fields.bad("mlp_only_layers", "must be a list of layers", listed);
      }
      listed.forEach(n -> dense.add(n.intValue()));
    }
    return new SparseLayers(0, step, dense);
  }

  /// With `output_router_logits`, transformers adds a loss while it trains, which would otherwise
  /// be left out without a word.
  private static void refuseTrainedBalance(ConfigFields fields) {
    if (fields.flag("output_router_logits", false)
        && fields.number(fields.json(), "router_aux_loss_coef", 0.001) > 0) {
      throw fields.bad(
          "output_router_logits",
          "must be false: the router's loss is no part of a model here, but of a training"
              + " (compute.balanceLoss of a recipe, the same loss as router_aux_loss_coef)",
          true);
    }
  }

  /// Refuses a window of attention that is shorter than the longest sequence.
  static void refuseWindow(ConfigFields fields, ModelFamily.Defaults absent) {
    JsonNode window = fields.json().path("sliding_window");
    if (fields.flag("use_sliding_window", false)
        && !window.isNull()
        && window.asInt(ABSENT_WINDOW) < fields.positions(absent)) {
      throw fields.bad(
          "use_sliding_window", "must be false: sliding windows are not known yet", "true");
    }
  }
}
