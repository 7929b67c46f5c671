package dev.tesuji.compute.torch;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.nn.GroupedAttention;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig.HeadNorm;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;

/// Causal grouped-query attention by libtorch.
///
/// Queries, keys and values are turned and compared in float32 whatever the weights' type: on the
/// CPU that is several times faster than libtorch's bfloat16 attention, and more exact.
///
/// @param weights of the layer
/// @param layer its number
/// @param norm of heads
record TorchGroupedAttention(GroupedAttention weights, int layer, TorchNorm norm)
    implements TorchAttention {
  private TorchScores scores() {
    return new TorchScores(weights.config().scores(), weights.sight().window());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    AttentionConfig.Grouped config = weights.config();
    int heads = config.heads();
    int kvHeads = config.kvHeads();
    long n = x.size(0);
    Tensor all =
        weights.qkv().apply(x).view(n, heads + 2L * kvHeads, config.headDim()).to(Dtype.FLOAT32);
    // One turn for queries and keys: they lie side by side and share the angles.
    Tensor plain = normed(all.narrow(1, 0, heads + kvHeads));
    Tensor turned = pass.angles().turn(weights.sight().rope(), plain);
    Tensor q = turned.narrow(1, 0, heads);
    Tensor k = turned.narrow(1, heads, kvHeads);
    Tensor v = all.narrow(1, heads + kvHeads, kvHeads);
    Tensor mixed =
        switch (pass) {
          case Pass.Whole whole -> whole(whole.batch(), q, k, v);
          case Pass.Prefill p -> prefill(p, q, k, v);
          case Pass.Decode d -> decode(d, q, k, v);
        };
    return weights.output().apply(mixed.reshape(n, (long) heads * config.headDim()).to(x.dtype()));
  }

  /// Norms the query and key heads `[N, H + K, D]`, each by its own weight, or all together.
  private Tensor normed(Tensor heads) {
    AttentionConfig.Grouped config = weights.config();
    Tensor queryNorm = weights.queryNorm();
    Tensor keyNorm = weights.keyNorm();
    if (queryNorm == null || keyNorm == null) {
      return heads;
    }
    Tensor q = heads.narrow(1, 0, config.heads());
    Tensor k = heads.narrow(1, config.heads(), config.kvHeads());
    return Tensor.cat(List.of(normed(q, queryNorm), normed(k, keyNorm)), 1);
  }

  private Tensor normed(Tensor heads, Tensor weight) {
    long[] shape = heads.shape().sizes();
    boolean together = weights.config().norm() == HeadNorm.ALL;
    Tensor rows = together ? heads.reshape(shape[0], shape[1] * shape[2]) : heads;
    return norm.apply(rows, weight.to(Dtype.FLOAT32)).view(shape);
  }

  private Tensor whole(TokenBatch batch, Tensor q, Tensor k, Tensor v) {
    return batch.unpad(scores().whole(batch.pad(q), spread(batch.pad(k)), spread(batch.pad(v))));
  }

  private Tensor prefill(Pass.Prefill pass, Tensor q, Tensor k, Tensor v) {
    TokenBatch batch = pass.batch();
    Tensor keys = batch.pad(k);
    Tensor values = batch.pad(v);
    pass.store(layer, keys.transpose(1, 2), values.transpose(1, 2));
    return batch.unpad(scores().whole(batch.pad(q), spread(keys), spread(values)));
  }

  private Tensor decode(Pass.Decode pass, Tensor q, Tensor k, Tensor v) {
    KvCache cache = pass.cache();
    Pass.View view = pass.view(weights.sight().window());
    cache.writeTokens(layer, view.place(), k, v);
    int rows = pass.rows();
    AttentionConfig.Grouped config = weights.config();
    int kvHeads = config.kvHeads();
    int shared = config.heads() / kvHeads;
    // The queries that share a key head stand where the positions of one query would.
    Tensor grouped = q.reshape(rows, kvHeads, shared, config.headDim());
    return scores()
        .masked(
            grouped,
            cache.keys(layer, rows, view.length()),
            cache.values(layer, rows, view.length()),
            view.mask());
  }

  /// Repeats each of K key heads for the H / K query heads that share it: `[B, K, T, D]` to `[B, H,
  /// T, D]`.
  private Tensor spread(Tensor kv) {
    AttentionConfig.Grouped config = weights.config();
    int shared = config.heads() / config.kvHeads();
    if (shared == 1) {
      return kv;
    }
    long b = kv.size(0);
    long t = kv.size(2);
    return kv.unsqueeze(2)
        .expand(b, config.kvHeads(), shared, t, config.headDim())
        .reshape(b, config.heads(), t, config.headDim());
  }
}
