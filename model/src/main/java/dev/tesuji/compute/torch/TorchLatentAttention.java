package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.LatentAttention;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Multi-head latent attention by libtorch ([DeepSeek-V2](https://arxiv.org/abs/2405.04434),
/// section 2.1).
///
/// ```
/// c = norm(W_DKV x)            the latent that is cached, beside one rotary key for all heads
/// k, v = W_UK c, W_UV c        made for whole sequences
/// q · W_UK c = (W_UKᵀ q) · c   so that decoding compares queries with latents and never makes k, v
/// ```
///
/// @param weights of the layer
/// @param layer its number
record TorchLatentAttention(LatentAttention weights, int layer) implements TorchAttention {
  private static final double LATENT_EPSILON = 1e-6; // fixed in DeepSeek's own code

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
    AttentionConfig.Latent config = weights.config();
    Parts parts = parts(x, pass);
    Tensor mixed =
        switch (pass) {
          case Pass.Whole whole -> whole(whole.batch(), parts);
          case Pass.Prefill p -> {
            Tensor stored = p.batch().pad(parts.stored()).transpose(1, 2);
            p.store(layer, stored, null);
            yield whole(p.batch(), parts);
          }
          case Pass.Decode d -> decode(d, parts);
        };
    long values = (long) config.heads() * config.valueDim();
    return weights.output().apply(mixed.reshape(x.size(0), values).to(x.dtype()));
  }

  private Parts parts(Tensor x, Pass pass) {
    long n = x.size(0);
    AttentionConfig.Latent config = weights.config();
    Linear queryDown = weights.query().down();
    Tensor queryNorm = weights.query().norm();
    Tensor from =
        queryDown == null || queryNorm == null
            ? x
            : queryDown.apply(x).rmsNorm(queryNorm, LATENT_EPSILON);
    Tensor q =
        weights
            .query()
            .up()
            .apply(from)
            .view(n, config.heads(), config.headDim())
            .to(Dtype.FLOAT32);
    Tensor down = weights.keyValueDown().apply(x);
    int rank = config.keyValueRank();
    Tensor key = down.narrow(1, rank, config.rotaryDim()).unsqueeze(1).to(Dtype.FLOAT32);
    return new Parts(
        q.narrow(2, 0, config.plainDim()),
        pass.angles().main().turn(q.narrow(2, config.plainDim(), config.rotaryDim())),
        down.narrow(1, 0, rank).rmsNorm(weights.keyValueNorm(), LATENT_EPSILON),
        pass.angles().main().turn(key));
  }

  private Tensor whole(TokenBatch batch, Parts parts) {
    AttentionConfig.Latent config = weights.config();
    long n = parts.plain().size(0);
    int heads = config.heads();
    Tensor made =
        weights
            .keyValueUp()
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
        Tensor.attention(batch.pad(q), batch.pad(k), batch.pad(v), null, true, weights.scale()));
  }

  private Tensor decode(Pass.Decode pass, Parts parts) {
    Pass.View view = pass.view(0);
    pass.cache().writeTokens(layer, view.place(), parts.stored(), null);
    AttentionConfig.Latent config = weights.config();
    int rank = config.keyValueRank();
    Tensor up =
        weights
            .keyValueUp()
            .effectiveWeight()
            .view(config.heads(), config.plainDim() + (long) config.valueDim(), rank)
            .to(Dtype.FLOAT32);
    Tensor toLatent = up.narrow(1, 0, config.plainDim()); // [H, plain, rank]
    Tensor toValue = up.narrow(1, config.plainDim(), config.valueDim()); // [H, value, rank]
    Tensor asked = parts.plain().transpose(0, 1).matmul(toLatent).transpose(0, 1); // [R, H, rank]
    Tensor q = Tensor.cat(List.of(asked, parts.turned()), 2).unsqueeze(1);
    Tensor keys = pass.cache().keys(layer, pass.rows(), view.length());
    Tensor latents = keys.narrow(3, 0, rank);
    Tensor mixed =
        Tensor.attention(q, keys, latents, view.mask(), false, weights.scale()); // [R, 1, H, rank]
    return mixed.squeeze(1).transpose(0, 1).matmul(toValue.transpose(1, 2)).transpose(0, 1);
  }
}
