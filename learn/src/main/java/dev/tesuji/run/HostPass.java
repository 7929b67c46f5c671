package dev.tesuji.run;

import dev.tesuji.model.ModelConfig;
import dev.tesuji.model.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;

/// What tokens take in memory on their way through the decoder and back by kernels, in bytes: the
/// tensors that `HostLayers` and `HostReading` make, counted at the moment when most of them live.
///
/// The residual stream, the heads and gradients are float32; what enters a product has the
/// product's type.
///
/// @param width C
/// @param dim D
/// @param queries the width of all queries, H D
/// @param projected the width of queries, keys and values, (H + 2K) D
/// @param padded the same with D rounded up to whole vectors
/// @param inner I, the width inside the feed-forward block
/// @param typed bytes of a factor of a product
/// @param normed whether heads are normed, which keeps them as they were before
/// @param layers L
record HostPass(
    long width,
    long dim,
    long queries,
    long projected,
    long padded,
    long inner,
    long typed,
    boolean normed,
    long layers) {
  private static final long WIDE = Float.BYTES;
  private static final long LANES = 16;
  private static final long BLOCK = 64; // tokens that attention takes at once

  /// Measures a model of grouped attention.
  static HostPass of(ModelConfig config, Dtype product) {
    AttentionConfig attention = config.attention();
    long dim = attention.cache().keyDim();
    long heads = attention.heads() + 2L * attention.cache().heads();
    return new HostPass(
        config.hiddenSize(),
        dim,
        attention.queryWidth(),
        heads * dim,
        heads * whole(dim),
        config.feedForward().intermediateSize(),
        product.bytes(),
        attention instanceof AttentionConfig.Grouped g && g.normed(),
        config.layers());
  }

  private static long whole(long dim) {
    return (dim + LANES - 1) / LANES * LANES;
  }

  /// Returns what tokens take at most while a gradient comes back through them.
  ///
  /// @param logits what the largest chunk of logits takes with its gradient
  /// @param recompute whether only the inputs of layers are kept
  long trained(long tokens, long logits, boolean recompute) {
    long stream = WIDE * width;
    long held = layers * (recompute ? stream : kept()) + 2 * stream + WIDE * dim; // last, its norm
    long forth = recompute ? again() : forward();
    long loss = 2 * stream; // the scored states and the gradients at them
    long back = 5 * stream + (recompute ? again() : 0) + back(); // also joined, spread, carried on
    return tokens * held + Math.max(tokens * Math.max(forth, back), tokens * loss + logits);
  }

  /// Returns what tokens take at most in a pass that nothing comes back through.
  long read(long tokens) {
    long layer = typed * (width + queries + inner) + WIDE * (projected + padded + 2 * inner);
    return tokens * (WIDE * (width + dim) + layer);
  }

  /// Returns what attention works in, whatever the number of tokens.
  long attention(long longest, int threads) {
    long blocks = (longest + BLOCK - 1) / BLOCK;
    return threads * WIDE * BLOCK * (2 * blocks * whole(dim) + (2 * blocks + 1) * BLOCK);
  }

  /// What a layer keeps: its input, heads, the output of attention, the middle, gate and up.
  private long kept() {
    long before = normed ? WIDE * projected : 0;
    return WIDE * (2 * width + padded) + typed * (queries + 2 * inner) + before;
  }

  /// What a layer makes besides on the way forth.
  private long forward() {
    long before = normed ? 0 : WIDE * projected;
    return typed * (width + inner) + before + narrowed(WIDE * 2 * inner);
  }

  /// What only exists beside a narrower copy.
  private long narrowed(long bytes) {
    return typed == WIDE ? 0 : bytes;
  }

  /// All of a layer that runs again, its output too; its input is counted.
  private long again() {
    return kept() - WIDE * width + forward() + WIDE * width;
  }

  /// What the way back through a layer makes besides.
  private long back() {
    return narrowed(typed * width) + Math.max(feedForwardBack(), attentionBack());
  }

  private long feedForwardBack() {
    long down = turned(width, inner);
    long gateUp = WIDE * width + typed * width + turned(2 * inner, width);
    return (WIDE + typed) * inner + Math.max(down, gateUp);
  }

  private long attentionBack() {
    long heads = WIDE * (queries + padded + projected) + narrowed(typed * projected);
    return heads + WIDE * width + typed * width + turned(projected, width);
  }

  /// What the gradient of a weight `[out, in]` copies: outputs by columns, and inputs in pairs.
  private long turned(long out, long in) {
    return typed * out + narrowed(typed * in);
  }
}
