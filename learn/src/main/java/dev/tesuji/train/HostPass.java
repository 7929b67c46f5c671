package dev.tesuji.train;

import dev.tesuji.kernel.Tiles;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.tensor.Dtype;

/// What tokens take in memory on their way through the decoder and back by kernels, in bytes: the
/// tensors that `HostLayers`, `HostReading` and `HostBackward` make, counted at the moment when
/// most of them live.
///
/// The residual stream, the heads and gradients are float32; what enters a product has the
/// product's type. What a tile of tokens works on exists once for every core where tokens are cut
/// up ([dev.tesuji.kernel.Tiles]), and then the layer's weights are there once more, packed.
///
/// @param width C
/// @param dim D
/// @param queries the width of all queries, H D
/// @param projected the width of queries, keys and values, (H + 2K) D
/// @param padded the same with D rounded up to whole vectors
/// @param inner I, the width inside the feed-forward block
/// @param typed bytes of a factor of a product
/// @param normed whether heads are normed, which keeps them as they were before
record HostPass(
    long width,
    long dim,
    long queries,
    long projected,
    long padded,
    long inner,
    long typed,
    boolean normed) {
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
        attention instanceof AttentionConfig.Grouped g && g.normed());
  }

  private static long whole(long dim) {
    return (dim + LANES - 1) / LANES * LANES;
  }

  /// Returns what tokens take at most while a gradient comes back through them.
  ///
  /// @param layers how many keep something
  /// @param logits what the largest chunk of logits takes with its gradient
  /// @param recompute whether only the inputs of layers are kept
  long trained(long tokens, int layers, long logits, boolean recompute) {
    long stream = WIDE * width;
    long held = layers * (recompute ? stream : kept()) + 2 * stream + WIDE * dim; // last, its norm
    long again = recompute ? tokens * kept() : 0; // its output instead of its input
    long forth = again + forward(tokens);
    long loss = tokens * 2 * stream + logits; // the scored states and the gradients at them
    long back =
        tokens * 4 * stream + (recompute ? forth : 0) + back(tokens); // also spread, carried
    return tokens * held + Math.max(loss, Math.max(forth, back));
  }

  /// Returns what tokens take at most in a pass that nothing comes back through, with weights that
  /// are packed already.
  long read(long tokens) {
    long each = WIDE * (width + dim + padded) + typed * queries;
    return tokens * each + tiles(tokens).places() * forwardDesk();
  }

  /// Returns what attention works in, whatever the number of tokens.
  long attention(long longest, int threads) {
    long blocks = (longest + BLOCK - 1) / BLOCK;
    return threads * WIDE * BLOCK * (2 * blocks * whole(dim) + (2 * blocks + 1) * BLOCK);
  }

  private Tiles tiles(long tokens) {
    return Tiles.of(Math.toIntExact(tokens), weights());
  }

  /// The matrices of a layer, packed.
  private long weights() {
    return typed * width * (projected + queries + 3 * inner);
  }

  /// What a layer keeps: its input, heads, the output of attention, the middle, gate and up.
  private long kept() {
    long before = normed ? WIDE * projected : 0;
    return WIDE * (2 * width + padded) + typed * (queries + 2 * inner) + before;
  }

  /// What a layer makes besides on the way forth.
  private long forward(long tokens) {
    Tiles tiles = tiles(tokens);
    return tiles.places() * forwardDesk() + (tiles.cut() ? weights() : 0);
  }

  private long forwardDesk() {
    return typed * (width + inner) + WIDE * (projected + 2 * inner);
  }

  /// What the way back through a layer makes besides.
  private long back(long tokens) {
    Tiles tiles = tiles(tokens);
    long desk = typed * (2 * width + inner + projected) + WIDE * (width + inner + projected);
    long fed = typed * (3 * width + queries + 3 * inner); // the factors of three gradients
    long attended = WIDE * padded + typed * (projected + width); // heads, and those of one
    long each = WIDE * queries + Math.max(fed, attended);
    return tokens * each + tiles.places() * desk + (tiles.cut() ? weights() : 0);
  }
}
