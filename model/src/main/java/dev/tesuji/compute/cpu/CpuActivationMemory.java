package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import org.jspecify.annotations.Nullable;

/// The bytes that tokens take on their way through the decoder and back: the tensors that
/// [CpuLayers], [CpuTrainingPass] and [CpuBackward] make, counted at the moment when most of them
/// live.
///
/// The residual stream, the heads and gradients are float32; what enters a product has the
/// product's type. What a tile of tokens works on exists once for every core where tokens are cut
/// up ([dev.tesuji.kernel.Tiles]), and then the layer's weights are there once more, packed.
///
/// @param width C
/// @param angles the width of all tables of angles, D for one
/// @param queries the width of all queries, H D
/// @param projected the width of queries, keys and values, (H + 2K) D
/// @param padded the same with D rounded up to whole vectors
/// @param inner I, the width inside gated blocks; 0 where there are none
/// @param typed bytes of a factor of a product
/// @param normed whether heads are normed, which keeps them as they were before
/// @param experts what layers of experts take instead of gated blocks; null where there are none
/// @param sparse the share of layers that have them
record CpuActivationMemory(
    long width,
    long angles,
    long queries,
    long projected,
    long padded,
    long inner,
    long typed,
    boolean normed,
    @Nullable CpuExpertMemory experts,
    double sparse) {
  private static final long WIDE = Float.BYTES;

  /// Measures the layers of a model.
  static CpuActivationMemory of(CpuModel model) {
    AttentionConfig.Grouped attention = model.layers().getFirst().attention().config();
    ModelConfig config = model.weights().config();
    Heads heads = model.heads();
    return new CpuActivationMemory(
        config.hiddenSize(),
        model.tables() * heads.dim(),
        attention.queryWidth(),
        (long) heads.heads() * heads.dim(),
        (long) heads.heads() * heads.width(),
        inner(model),
        model.product().bytes(),
        attention.normed(),
        CpuExpertMemory.of(config, model.product().bytes()),
        sparse(model));
  }

  private static long inner(CpuModel model) {
    return model.layers().stream()
        .mapToLong(l -> l.feedForward() instanceof GatedFeedForward g ? g.intermediate() : 0)
        .max()
        .orElse(0);
  }

  private static double sparse(CpuModel model) {
    return model.layers().stream()
        .mapToInt(l -> l.feedForward() instanceof MixtureOfExperts ? 1 : 0)
        .average()
        .orElse(0);
  }

  /// Returns what tokens take at most while a gradient comes back through them.
  ///
  /// @param layers how many keep something
  /// @param logits what the largest chunk of logits takes with its gradient
  /// @param recompute whether only the inputs of layers are kept
  long trained(long tokens, int layers, long logits, boolean recompute) {
    long stream = WIDE * width;
    long held =
        layers * (recompute ? stream : meanKept()) + 2 * stream + WIDE * angles; // last, its norm
    long again = recompute ? tokens * mostKept() : 0; // its output instead of its input
    long forwards = again + forward(tokens);
    long loss = tokens * 2 * stream + logits; // the scored states and the gradients at them
    long back =
        tokens * 4 * stream + (recompute ? forwards : 0) + back(tokens); // also spread, carried
    return tokens * held + Math.max(loss, Math.max(forwards, back));
  }

  /// Returns what tokens take at most in a pass that nothing comes back through, with weights that
  /// are packed already.
  long read(long tokens) {
    long each = WIDE * (width + angles + padded) + typed * queries;
    return tokens * each
        + tiles(tokens).places() * forwardScratch()
        + (experts == null ? 0 : experts.forward(width, tokens, false));
  }

  private Tiles tiles(long tokens) {
    int rows = Math.toIntExact(tokens);
    return experts == null ? Tiles.of(rows, weights()) : new Tiles(rows, rows);
  }

  /// The matrices of a layer, packed.
  private long weights() {
    return typed * width * (projected + queries + 3 * inner);
  }

  private long meanKept() {
    long fed = experts == null ? 0 : experts.kept();
    return attentionKept() + (long) Math.ceil((1 - sparse) * gatedKept() + sparse * fed);
  }

  private long mostKept() {
    return attentionKept() + Math.max(gatedKept(), experts == null ? 0 : experts.kept());
  }

  /// The bytes that every layer keeps: its input, heads, the output of attention, the middle.
  private long attentionKept() {
    long before = normed ? WIDE * projected : 0;
    return WIDE * (2 * width + padded) + typed * queries + before;
  }

  /// Gate and up.
  private long gatedKept() {
    return typed * 2 * inner;
  }

  /// The bytes that a layer makes besides on its way forwards.
  private long forward(long tokens) {
    Tiles tiles = tiles(tokens);
    return tiles.places() * forwardScratch()
        + (tiles.cut() ? weights() : 0)
        + (experts == null ? 0 : experts.forward(width, tokens, true));
  }

  private long forwardScratch() {
    return typed * (width + inner) + WIDE * (projected + 2 * inner);
  }

  /// The bytes that a layer makes besides on its way back.
  private long back(long tokens) {
    Tiles tiles = tiles(tokens);
    long scratch = typed * (2 * width + inner + projected) + WIDE * (width + inner + projected);
    long fed = typed * (3 * width + queries + 3 * inner); // the factors of three gradients
    long attended = WIDE * padded + typed * (projected + width); // heads, and those of one
    long routed = experts == null ? 0 : experts.back(width, tokens);
    long most = Math.max(routed, tokens * Math.max(fed, attended));
    return tokens * WIDE * queries
        + most
        + tiles.places() * scratch
        + (tiles.cut() ? weights() : 0);
  }
}
