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
/// @param queryNorm the weight of the norm of query heads, `[D]` or, of all together, `[H D]`; null
///   without
/// @param keyNorm the weight of the norm of key heads, `[D]` or `[K D]`; null without
/// @param sight how far it looks back
public record GroupedAttention(
    AttentionConfig.Grouped config,
    Linear qkv,
    Linear output,
    @Nullable Tensor queryNorm,
    @Nullable Tensor keyNorm,
    Sight sight)
    implements Attention {
  /// Makes the attention of a layer with undefined weights.
  static GroupedAttention of(
      Parameters parameters,
      ModelConfig model,
      AttentionConfig.Grouped config,
      int layer,
      String name) {
    long q = config.queryWidth();
    long kv = config.keyWidth();
    Rows[] rows =
        config.fused()
            ? new Rows[] {new Rows(name + ".qkv_proj", q + 2 * kv)}
            : new Rows[] {
              new Rows(name + ".q_proj", q),
              new Rows(name + ".k_proj", kv),
              new Rows(name + ".v_proj", kv)
            };
    Linear qkv = Linear.of(parameters, model.hiddenSize(), config.qkvBias(), rows);
    Linear output =
        Linear.of(
            parameters, q, config.outputBias(), new Rows(name + ".o_proj", model.hiddenSize()));
    long dim = config.headDim();
    return new GroupedAttention(
        config,
        qkv,
        output,
        norm(parameters, config, name + ".q_norm.weight", config.heads() * dim),
        norm(parameters, config, name + ".k_norm.weight", config.kvHeads() * dim),
        model.sight(layer));
  }

  private static @Nullable Tensor norm(
      Parameters parameters, AttentionConfig.Grouped config, String name, long all) {
    return switch (config.norm()) {
      case NONE -> null;
      case EACH -> parameters.make(name, config.headDim());
      case ALL -> parameters.make(name, all);
    };
  }
}
