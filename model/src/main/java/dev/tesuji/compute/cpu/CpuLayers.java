package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.compute.cpu.CpuAdapters.Projection;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.RmsNorm;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.kernel.Tiles.Place;
import dev.tesuji.kernel.Tiles.Tile;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The path of N tokens through the layers, one by one, by kernels.
///
/// The residual stream is float32; the factors of products have the product's type. Between one
/// attention and the next, each token is computed by itself: see [Tiles].
///
/// @param weights of all layers
/// @param angles of the tokens' positions
/// @param tiles how the tokens are shared out
/// @param scratch the memory that tiles work in
/// @param beside the adapters of the tokens; null where none has one
/// @param counted whether the tokens are added to the loads of experts
record CpuLayers(
    CpuWeights weights,
    CpuAngles angles,
    Tiles tiles,
    TileScratch scratch,
    CpuAdapters.@Nullable Pass beside,
    boolean counted) {

  /// Makes room for a pass in the open scope.
  static CpuLayers of(CpuWeights weights, CpuAngles angles) {
    long bytes = weights.layers().getFirst().bytes();
    return of(weights, angles, weights.tiles(angles.tokens(), bytes));
  }

  /// Makes room in the open scope for a pass of tokens that are shared out already.
  static CpuLayers of(CpuWeights weights, CpuAngles angles, Tiles tiles) {
    return new CpuLayers(weights, angles, tiles, TileScratch.of(weights, tiles), null, false);
  }

  /// Returns the same with adapters beside the weights.
  CpuLayers with(CpuAdapters.@Nullable Pass adapters) {
    return new CpuLayers(weights, angles, tiles, scratch, adapters, counted);
  }

  /// Returns the same, adding to the loads of experts: a pass over whole sequences that is not run
  /// again.
  CpuLayers counting() {
    return new CpuLayers(weights, angles, tiles, scratch, beside, true);
  }

  private void add(CpuWeights.Layer w, Projection projection, Tile tile, long x, long y) {
    if (beside != null) {
      beside.add(w.number(), projection, tile, x, y);
    }
  }

  /// Scratch memory for the tokens of a tile.
  ///
  /// @param normed what enters the two first products, of the product's type
  /// @param projected queries, keys and values as they leave the product
  /// @param both gate and up
  /// @param active what enters the last product, of its type
  record TileScratch(Place normed, Place projected, Place both, Place active) {
    static TileScratch of(CpuWeights weights, Tiles tiles) {
      CpuWeights.Layer w = weights.layers().getFirst();
      return new TileScratch(
          tiles.sheets(weights.product(), w.qkv().depth()),
          tiles.sheets(Dtype.FLOAT32, w.qkv().width()),
          tiles.sheets(Dtype.FLOAT32, 2L * weights.inner()),
          tiles.sheets(weights.product(), weights.inner()));
    }
  }

  /// Computes the attention of all tokens.
  @FunctionalInterface
  interface AttentionFn {
    /// Attends.
    ///
    /// @param layer the number of the layer
    /// @param heads the layout
    /// @param from queries, keys and values of the tokens
    /// @param out takes `[N, H D]` of the product's type
    void attend(int layer, Heads heads, Tensor from, Tensor out);
  }

  /// Activations that the backward pass needs.
  ///
  /// @param input the residual stream before the layer, float32 `[N, C]`
  /// @param projected queries, keys and values before norms and turning, float32; null where heads
  ///   are not normed
  /// @param heads queries, keys and values as they were compared, float32
  /// @param mixed the output of attention, `[N, H D]`
  /// @param middle the residual stream between the halves of the layer, float32 `[N, C]`
  /// @param both gate and up of a gated block, `[N, 2 I]`; null of experts
  /// @param experts what experts need; null of a gated block
  record SavedActivations(
      Tensor input,
      @Nullable Tensor projected,
      Tensor heads,
      Tensor mixed,
      Tensor middle,
      @Nullable Tensor both,
      CpuExperts.@Nullable Kept experts) {
    /// Hands all but the input to a scope.
    SavedActivations heldBy(Scope owner) {
      return new SavedActivations(
          input,
          projected == null ? null : owner.adopt(projected),
          owner.adopt(heads),
          owner.adopt(mixed),
          owner.adopt(middle),
          both == null ? null : owner.adopt(both),
          experts == null ? null : experts.heldBy(owner));
    }

    /// Frees all but the input.
    void close() {
      if (projected != null) {
        projected.close();
      }
      heads.close();
      mixed.close();
      middle.close();
      if (both != null) {
        both.close();
      }
      if (experts != null) {
        experts.close();
      }
    }
  }

  /// Takes tokens through a layer without keeping anything: changes `x`.
  void forward(int layer, Tensor x, AttentionFn attention) {
    CpuWeights.Layer w = ready(layer);
    Tensor heads = heads(w);
    Tensor mixed = mixed(w);
    Place stream = Tiles.in(x);
    long split = address(heads);
    tiles.run(tile -> project(w, tile, stream, scratch.projected, split));
    attention.attend(layer, w.heads(), heads, mixed);
    ResidualBuffers buffers = new ResidualBuffers(stream, stream, stream, null);
    Place attended = Tiles.in(mixed);
    tiles.run(tile -> feed(w, tile, attended, buffers));
  }

  /// Takes tokens through a layer for a gradient to come back: leaves `x` alone.
  ///
  /// @return what is kept; the new residual stream is [Result#output]
  Result remember(int layer, Tensor x, AttentionFn attention) {
    CpuWeights.Layer w = ready(layer);
    int n = tiles.rows();
    Tensor heads = heads(w);
    Tensor mixed = mixed(w);
    Tensor projected = w.heads().normed() ? Tensor.empty(Dtype.FLOAT32, n, w.qkv().width()) : null;
    Place stream = Tiles.in(x);
    Place before = projected == null ? scratch.projected : Tiles.in(projected);
    long split = address(heads);
    tiles.run(tile -> project(w, tile, stream, before, split));
    attention.attend(layer, w.heads(), heads, mixed);
    Tensor middle = Tensor.empty(Dtype.FLOAT32, n, x.size(1));
    Tensor both =
        w.feed() instanceof CpuFeed.Gated gated
            ? Tensor.empty(weights.product(), n, gated.gateUp().width())
            : null;
    Tensor output = Tensor.empty(Dtype.FLOAT32, n, x.size(1));
    Place kept = both == null ? null : Tiles.in(both);
    ResidualBuffers buffers = new ResidualBuffers(stream, Tiles.in(middle), Tiles.in(output), kept);
    Place attended = Tiles.in(mixed);
    CpuExperts.Kept experts = null;
    if (w.feed() instanceof CpuFeed.Experts block) {
      experts = experts(block, attend(w, all(), attended, buffers), n, true).kept();
    } else {
      tiles.run(tile -> feed(w, tile, attended, buffers));
    }
    return new Result(
        output, new SavedActivations(x, projected, heads, mixed, middle, both, experts));
  }

  private Tile all() {
    return new Tile(0, tiles.rows(), 0);
  }

  /// The residual stream after a layer, and what its gradient needs.
  record Result(Tensor output, SavedActivations saved) {}

  /// Packs a layer's weights where every tile passes them.
  private CpuWeights.Layer ready(int layer) {
    CpuWeights.Layer w = weights.layers().get(layer);
    return tiles.cut() ? w.packed() : w;
  }

  private Tensor heads(CpuWeights.Layer w) {
    Tensor heads = Tensor.empty(Dtype.FLOAT32, w.heads().elements(tiles.rows()));
    w.heads().pad(address(heads), tiles.rows());
    return heads;
  }

  private Tensor mixed(CpuWeights.Layer w) {
    return Tensor.empty(weights.product(), tiles.rows(), w.output().depth());
  }

  /// Takes a tile from the residual stream to queries, keys and values.
  ///
  /// @param projected takes the projections, `[N, (H + 2K) D]`
  /// @param heads takes them split
  void project(CpuWeights.Layer w, Tile tile, Place x, Place projected, long heads) {
    long normed = scratch.normed.of(tile);
    w.attentionNorm().forward(x.of(tile), tile.count(), normed, weights.product());
    long all = projected.of(tile);
    MatrixProduct.run(normed, tile.count(), w.qkv(), all, false);
    add(w, Projection.QKV, tile, normed, all);
    Heads.Some some = new Heads.Some(tile.from(), tile.count(), tiles.rows());
    w.heads().split(all, some, angles.of(w), weights.product(), heads);
  }

  /// The residual stream of a layer, and what the gradient needs of the second half.
  ///
  /// @param before what enters the layer
  /// @param middle takes it between the halves; may be the same
  /// @param after takes it at the end; may be the same
  /// @param both takes gate and up, of the product's type; null to keep neither
  record ResidualBuffers(Place before, Place middle, Place after, @Nullable Place both) {}

  /// Takes a tile from the output of attention, `[N, H D]`, to the end of the layer.
  void feed(CpuWeights.Layer w, Tile tile, Place mixed, ResidualBuffers buffers) {
    Halfway halfway = attend(w, tile, mixed, buffers);
    switch (w.feed()) {
      case CpuFeed.Gated gated -> gated(w, gated, halfway, tile, buffers.both);
      case CpuFeed.Experts experts -> {
        try (Scope _ = Scope.open()) {
          experts(experts, halfway, tile.count(), false);
        }
      }
    }
  }

  /// Where a tile is between the halves of a layer.
  ///
  /// @param norm of the second half
  /// @param middle the stream, float32
  /// @param after where the stream is to be behind the layer; holds the same
  private record Halfway(RmsNorm norm, long middle, long after) {}

  /// Takes a tile past the output projection of attention.
  private Halfway attend(CpuWeights.Layer w, Tile tile, Place mixed, ResidualBuffers buffers) {
    int width = w.output().width();
    long middle = carry(buffers.before, buffers.middle, tile, width);
    MatrixProduct.run(mixed.of(tile), tile.count(), w.output(), middle, true);
    add(w, Projection.OUTPUT, tile, mixed.of(tile), middle);
    long after = carry(buffers.middle, buffers.after, tile, width);
    return new Halfway(w.feedForwardNorm(), middle, after);
  }

  private void gated(
      CpuWeights.Layer w, CpuFeed.Gated gated, Halfway halfway, Tile tile, @Nullable Place kept) {
    Dtype type = weights.product();
    int n = tile.count();
    long normed = scratch.normed.of(tile);
    halfway.norm.forward(halfway.middle, n, normed, type);
    boolean narrowed = type != Dtype.FLOAT32;
    long both = (kept == null || narrowed ? scratch.both : kept).of(tile);
    MatrixProduct.run(normed, n, gated.gateUp(), both, false);
    add(w, Projection.GATE_UP, tile, normed, both);
    long active = scratch.active.of(tile);
    long narrow = kept != null && narrowed ? kept.of(tile) : 0;
    SwiGlu.forward(both, n, gated.down().depth(), active, type, narrow);
    MatrixProduct.run(active, n, gated.down(), halfway.after, true);
    add(w, Projection.DOWN, tile, active, halfway.after);
  }

  private CpuExperts.Passed experts(CpuFeed.Experts w, Halfway halfway, int n, boolean keep) {
    try (Scope scope = Scope.open()) {
      Tensor normed = Tensor.empty(Dtype.FLOAT32, n, halfway.norm.width());
      halfway.norm.forward(halfway.middle, n, address(normed), Dtype.FLOAT32);
      CpuExperts.Passed passed =
          CpuExperts.forward(w, normed, weights.product(), halfway.after, keep);
      if (counted) {
        w.router().load().add(passed.routing().counts());
      }
      return passed.keptIn(scope);
    }
  }

  /// Copies a tile of float32 rows, unless they are where they should be, and returns where that
  /// is.
  private static long carry(Place from, Place to, Tile tile, int width) {
    long target = to.of(tile);
    if (!from.equals(to)) {
      Kernels.copy(from.of(tile), target, 4L * width * tile.count());
    }
    return target;
  }
}
