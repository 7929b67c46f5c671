package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The weights of multi-head latent attention ([DeepSeek-V2](https://arxiv.org/abs/2405.04434),
/// section 2.1): queries come from a latent of their own or from the stream, keys and values from
/// one that they share.
///
/// @param config its dimensions
/// @param scale multiplies the scores
/// @param query the projections to queries
/// @param keyValueDown the projection to the latent of keys and values and to the rotary key
/// @param keyValueNorm the weight of the latent's norm
/// @param keyValueUp the projections from the latent to keys and values
/// @param output the projection back to the stream
public record LatentAttention(
    AttentionConfig.Latent config,
    double scale,
    Query query,
    Linear keyValueDown,
    Tensor keyValueNorm,
    Linear keyValueUp,
    Linear output)
    implements Attention {
  /// The projections to queries.
  ///
  /// @param down to their latent; null where they come from the stream
  /// @param norm the weight of the latent's norm; null where there is none
  /// @param up to the queries of all heads
  public record Query(@Nullable Linear down, @Nullable Tensor norm, Linear up) {
    private static Query of(
        Parameters parameters, long width, AttentionConfig.Latent config, String name) {
      int rank = config.queryRank();
      if (rank == 0) {
        Rows rows = new Rows(name + ".q_proj", config.queryWidth());
        return new Query(null, null, Linear.of(parameters, width, false, rows));
      }
      Linear down = Linear.of(parameters, width, config.bias(), new Rows(name + ".q_a_proj", rank));
      Tensor norm = parameters.make(name + ".q_a_layernorm.weight", rank);
      Rows rows = new Rows(name + ".q_b_proj", config.queryWidth());
      return new Query(down, norm, Linear.of(parameters, rank, false, rows));
    }
  }

  /// Makes the attention of a layer with undefined weights.
  static LatentAttention of(
      Parameters parameters, ModelConfig model, AttentionConfig.Latent config, String name) {
    long width = model.hiddenSize();
    int rank = config.keyValueRank();
    Query query = Query.of(parameters, width, config, name);
    Linear keyValueDown =
        Linear.of(
            parameters,
            width,
            config.bias(),
            new Rows(name + ".kv_a_proj_with_mqa", rank + (long) config.rotaryDim()));
    Tensor keyValueNorm = parameters.make(name + ".kv_a_layernorm.weight", rank);
    long made = (long) config.heads() * (config.plainDim() + config.valueDim());
    Linear keyValueUp = Linear.of(parameters, rank, false, new Rows(name + ".kv_b_proj", made));
    Linear output =
        Linear.of(
            parameters,
            (long) config.heads() * config.valueDim(),
            config.bias(),
            new Rows(name + ".o_proj", width));
    return new LatentAttention(
        config, scale(model, config), query, keyValueDown, keyValueNorm, keyValueUp, output);
  }

  private static double scale(ModelConfig model, AttentionConfig.Latent config) {
    double magnitude =
        model.rope().scaling() instanceof RopeScaling.Yarn yarn ? yarn.latentMagnitude() : 1;
    return magnitude * magnitude / Math.sqrt(config.headDim());
  }
}
