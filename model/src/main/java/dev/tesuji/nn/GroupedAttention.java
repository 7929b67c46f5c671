package dev.tesuji.nn;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.torch.KvCache;
import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Causal grouped-query attention.
///
/// Queries, keys and values are turned and compared in float32 whatever the weights' type: on the
/// CPU that is several times faster than libtorch's bfloat16 attention, and more exact.
public final class GroupedAttention implements Attention {
  private final int layer;
  private final AttentionConfig.Grouped config;
  private final double scale;
  private final Linear qkv;
  private final Linear output;
  private final @Nullable Tensor queryNorm; // [D]
  private final @Nullable Tensor keyNorm; // [D]
  private final double epsilon;

  GroupedAttention(
      Parameters parameters,
      ModelConfig model,
      AttentionConfig.Grouped config,
      int layer,
      String name) {
    this.layer = layer;
    this.config = config;
    this.epsilon = model.normEpsilon();
    this.scale = 1 / Math.sqrt(config.headDim());
    long q = (long) config.heads() * config.headDim();
    long kv = (long) config.kvHeads() * config.headDim();
    qkv =
        Linear.of(
            parameters,
            model.hiddenSize(),
            config.qkvBias(),
            new Rows(name + ".q_proj", q),
            new Rows(name + ".k_proj", kv),
            new Rows(name + ".v_proj", kv));
    output =
        Linear.of(
            parameters, q, config.outputBias(), new Rows(name + ".o_proj", model.hiddenSize()));
    boolean normed = config.normed();
    queryNorm = normed ? parameters.make(name + ".q_norm.weight", config.headDim()) : null;
    keyNorm = normed ? parameters.make(name + ".k_norm.weight", config.headDim()) : null;
  }

  public AttentionConfig.Grouped config() {
    return config;
  }

  public Linear qkv() {
    return qkv;
  }

  public Linear output() {
    return output;
  }

  public @Nullable Tensor queryNorm() {
    return queryNorm;
  }

  public @Nullable Tensor keyNorm() {
    return keyNorm;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    int heads = config.heads();
    int kvHeads = config.kvHeads();
    long n = x.size(0);
    Tensor all = qkv.apply(x).view(n, heads + 2L * kvHeads, config.headDim()).to(Dtype.FLOAT32);
    // One turn for queries and keys: they lie side by side and share the angles.
    Tensor turned = pass.angles().turn(normed(all.narrow(1, 0, heads + kvHeads)));
    Tensor q = turned.narrow(1, 0, heads);
    Tensor k = turned.narrow(1, heads, kvHeads);
    Tensor v = all.narrow(1, heads + kvHeads, kvHeads);
    Tensor mixed =
        switch (pass) {
          case Pass.Whole whole -> whole(whole.batch(), q, k, v);
          case Pass.Prefill p -> prefill(p, q, k, v);
          case Pass.Decode d -> decode(d, q, k, v);
        };
    return output.apply(mixed.reshape(n, (long) heads * config.headDim()).to(x.dtype()));
  }

  /// Norms the query and key heads `[N, H + K, D]`, each by its own weight.
  private Tensor normed(Tensor heads) {
    if (queryNorm == null || keyNorm == null) {
      return heads;
    }
    Tensor q = heads.narrow(1, 0, config.heads());
    Tensor k = heads.narrow(1, config.heads(), config.kvHeads());
    return Tensor.cat(
        List.of(
            q.rmsNorm(queryNorm.to(Dtype.FLOAT32), epsilon),
            k.rmsNorm(keyNorm.to(Dtype.FLOAT32), epsilon)),
        1);
  }

  private Tensor whole(TokenBatch batch, Tensor q, Tensor k, Tensor v) {
    return batch.unpad(
        Tensor.attention(
            batch.pad(q), spread(batch.pad(k)), spread(batch.pad(v)), null, true, scale));
  }

  private Tensor prefill(Pass.Prefill pass, Tensor q, Tensor k, Tensor v) {
    TokenBatch batch = pass.batch();
    Tensor keys = batch.pad(k);
    Tensor values = batch.pad(v);
    pass.cache()
        .writePrompts(
            layer,
            pass.firstRow(),
            keys.transpose(1, 2).indexSelect(0, pass.prompts()),
            values.transpose(1, 2).indexSelect(0, pass.prompts()));
    return batch.unpad(
        Tensor.attention(batch.pad(q), spread(keys), spread(values), null, true, scale));
  }

  private Tensor decode(Pass.Decode pass, Tensor q, Tensor k, Tensor v) {
    KvCache cache = pass.cache();
    cache.writeTokens(layer, pass.place(), k, v);
    int rows = pass.rows();
    int kvHeads = config.kvHeads();
    int shared = config.heads() / kvHeads;
    // The queries that share a key head stand where the positions of one query would.
    Tensor grouped = q.reshape(rows, kvHeads, shared, config.headDim());
    return Tensor.attention(
        grouped,
        cache.keys(layer, rows, pass.length()),
        cache.values(layer, rows, pass.length()),
        pass.mask(),
        false,
        scale);
  }

  /// Repeats each of K key heads for the H / K query heads that share it: `[B, K, T, D]` to `[B, H,
  /// T, D]`.
  private Tensor spread(Tensor kv) {
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
