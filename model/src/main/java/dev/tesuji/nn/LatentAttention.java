package dev.tesuji.nn;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Multi-head latent attention ([DeepSeek-V2](https://arxiv.org/abs/2405.04434), section 2.1).
///
/// ```
/// c = norm(W_DKV x)            the latent that is cached, beside one rotary key for all heads
/// k, v = W_UK c, W_UV c        made for whole sequences
/// q · W_UK c = (W_UKᵀ q) · c   so that decoding compares queries with latents and never makes k, v
/// ```
final class LatentAttention implements Attention {
  private static final double LATENT_EPSILON = 1e-6; // fixed in DeepSeek's own code

  private final int layer;
  private final AttentionConfig.Latent config;
  private final double scale;
  private final @Nullable Linear queryDown;
  private final @Nullable Tensor queryNorm; // [query rank]
  private final Linear queryUp;
  private final Linear keyValueDown;
  private final Tensor keyValueNorm; // [key-value rank]
  private final Linear keyValueUp;
  private final Linear output;

  LatentAttention(
      Parameters parameters,
      ModelConfig model,
      AttentionConfig.Latent config,
      int layer,
      String name) {
    this.layer = layer;
    this.config = config;
    this.scale = scale(model);
    long width = model.hiddenSize();
    int rank = config.keyValueRank();
    if (config.queryRank() > 0) {
      queryDown =
          Linear.of(
              parameters, width, config.bias(), new Rows(name + ".q_a_proj", config.queryRank()));
      queryNorm = parameters.make(name + ".q_a_layernorm.weight", config.queryRank());
      queryUp =
          Linear.of(
              parameters,
              config.queryRank(),
              false,
              new Rows(name + ".q_b_proj", config.queryWidth()));
    } else {
      queryDown = null;
      queryNorm = null;
      queryUp =
          Linear.of(parameters, width, false, new Rows(name + ".q_proj", config.queryWidth()));
    }
    keyValueDown =
        Linear.of(
            parameters,
            width,
            config.bias(),
            new Rows(name + ".kv_a_proj_with_mqa", rank + (long) config.rotaryDim()));
    keyValueNorm = parameters.make(name + ".kv_a_layernorm.weight", rank);
    keyValueUp =
        Linear.of(
            parameters,
            rank,
            false,
            new Rows(
                name + ".kv_b_proj",
                (long) config.heads() * (config.plainDim() + config.valueDim())));
    output =
        Linear.of(
            parameters,
            (long) config.heads() * config.valueDim(),
            config.bias(),
            new Rows(name + ".o_proj", width));
  }

  private double scale(ModelConfig model) {
    double magnitude =
        model.rope().scaling() instanceof RopeScaling.Yarn yarn ? yarn.latentMagnitude() : 1;
    return magnitude * magnitude / Math.sqrt(config.headDim());
  }

  /// The queries and keys of one pass.
  ///
  /// @param plain the part of the queries that is not turned, `[N, H, plain]`
  /// @param turned the part that is, `[N, H, rotary]`
  /// @param latent the normed latents of keys and values, `[N, rank]`, in the weights' type
  /// @param key the rotary key that all heads share, `[N, 1, rotary]`
  private record Parts(Tensor plain, Tensor turned, Tensor latent, Tensor key) {
    /// Returns what the cache stores, `[N, 1, rank + rotary]`.
    Tensor stored() {
      return Tensor.cat(List.of(latent.to(Dtype.FLOAT32).unsqueeze(1), key), 2);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Parts parts = parts(x, pass);
    Tensor mixed =
        switch (pass) {
          case Pass.Whole whole -> whole(whole.batch(), parts);
          case Pass.Prefill p -> {
            Tensor stored = p.batch().pad(parts.stored()).transpose(1, 2);
            p.cache().writePrompts(layer, p.firstRow(), stored.indexSelect(0, p.prompts()), null);
            yield whole(p.batch(), parts);
          }
          case Pass.Decode d -> decode(d, parts);
        };
    long values = (long) config.heads() * config.valueDim();
    return output.apply(mixed.reshape(x.size(0), values).to(x.dtype()));
  }

  private Parts parts(Tensor x, Pass pass) {
    long n = x.size(0);
    Tensor from =
        queryDown == null || queryNorm == null
            ? x
            : queryDown.apply(x).rmsNorm(queryNorm, LATENT_EPSILON);
    Tensor q = queryUp.apply(from).view(n, config.heads(), config.headDim()).to(Dtype.FLOAT32);
    Tensor down = keyValueDown.apply(x);
    int rank = config.keyValueRank();
    Tensor key = down.narrow(1, rank, config.rotaryDim()).unsqueeze(1).to(Dtype.FLOAT32);
    return new Parts(
        q.narrow(2, 0, config.plainDim()),
        pass.angles().turn(q.narrow(2, config.plainDim(), config.rotaryDim())),
        down.narrow(1, 0, rank).rmsNorm(keyValueNorm, LATENT_EPSILON),
        pass.angles().turn(key));
  }

  private Tensor whole(TokenBatch batch, Parts parts) {
    long n = parts.plain().size(0);
    int heads = config.heads();
    Tensor made =
        keyValueUp
            .apply(parts.latent())
            .view(n, heads, config.plainDim() + (long) config.valueDim())
            .to(Dtype.FLOAT32);
    Tensor k =
        Tensor.cat(
            List.of(
                made.narrow(2, 0, config.plainDim()),
                parts.key().expand(n, heads, config.rotaryDim())),
            2);
    Tensor v = made.narrow(2, config.plainDim(), config.valueDim());
    Tensor q = Tensor.cat(List.of(parts.plain(), parts.turned()), 2);
    return batch.unpad(
        Tensor.attention(batch.pad(q), batch.pad(k), batch.pad(v), null, true, scale));
  }

  private Tensor decode(Pass.Decode pass, Parts parts) {
    pass.cache().writeTokens(layer, pass.place(), parts.stored(), null);
    int rank = config.keyValueRank();
    Tensor up =
        keyValueUp
            .effectiveWeight()
            .view(config.heads(), config.plainDim() + (long) config.valueDim(), rank)
            .to(Dtype.FLOAT32);
    Tensor toLatent = up.narrow(1, 0, config.plainDim()); // [H, plain, rank]
    Tensor toValue = up.narrow(1, config.plainDim(), config.valueDim()); // [H, value, rank]
    Tensor asked = parts.plain().transpose(0, 1).matmul(toLatent).transpose(0, 1); // [R, H, rank]
    Tensor q = Tensor.cat(List.of(asked, parts.turned()), 2).unsqueeze(1);
    Tensor keys = pass.cache().keys(layer, pass.rows(), pass.length());
    Tensor latents = keys.narrow(3, 0, rank);
    Tensor mixed = Tensor.attention(q, keys, latents, pass.mask(), false, scale); // [R, 1, H, rank]
    return mixed.squeeze(1).transpose(0, 1).matmul(toValue.transpose(1, 2)).transpose(0, 1);
  }
}
