package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The weights of causal grouped-query attention.
///
/// @param config its dimensions
/// @param qkv the projections to queries, keys and values, `[(H + 2K) D, C]`
/// @param output the projection back, `[C, H D]`
/// @param queryNorm the weight of the norm of query heads, `[D]`; null without
/// @param keyNorm the weight of the norm of key heads, `[D]`; null without
public record GroupedAttention(
    AttentionConfig.Grouped config,
    Linear qkv,
    Linear output,
    @Nullable Tensor queryNorm,
    @Nullable Tensor keyNorm)
    implements Attention {
  /// Makes the attention of a layer with undefined weights.
  static GroupedAttention of(
      Parameters parameters, ModelConfig model, AttentionConfig.Grouped config, String name) {
    long q = (long) config.heads() * config.headDim();
    long kv = (long) config.kvHeads() * config.headDim();
    Linear qkv =
        Linear.of(
            parameters,
            model.hiddenSize(),
            config.qkvBias(),
            new Rows(name + ".q_proj", q),
            new Rows(name + ".k_proj", kv),
            new Rows(name + ".v_proj", kv));
    Linear output =
        Linear.of(
            parameters, q, config.outputBias(), new Rows(name + ".o_proj", model.hiddenSize()));
    boolean normed = config.normed();
    return new GroupedAttention(
        config,
        qkv,
        output,
        normed ? parameters.make(name + ".q_norm.weight", config.headDim()) : null,
        normed ? parameters.make(name + ".k_norm.weight", config.headDim()) : null);
  }
}
