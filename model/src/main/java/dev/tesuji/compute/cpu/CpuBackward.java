package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;
import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.RmsNorm;
import dev.tesuji.kernel.Rows;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.kernel.Tiles.Place;
import dev.tesuji.kernel.Tiles.Tile;
import dev.tesuji.kernel.WeightGradient;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.GroupedAttention;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The path of a gradient back through the layers, one by one, by kernels.
///
/// As forwards, each token's gradient is computed by itself between one attention and the next: see
/// [Tiles]. It leaves the factors of the weights' gradients, which are multiplied when all tokens
/// have passed.
///
/// @param weights of all layers
/// @param angles of the tokens' positions
/// @param batch the tokens
/// @param tiles how they are shared out
/// @param scratch the memory that tiles work in
/// @param balance for each expert, the gradient of the balance loss at each of its scores
record CpuBackward(
    CpuWeights weights,
    CpuAngles angles,
    TokenBatch batch,
    Tiles tiles,
    TileScratch scratch,
    float[] balance) {

  /// Makes room for a pass in the open scope.
  static CpuBackward of(
      CpuWeights weights, CpuAngles angles, TokenBatch batch, CpuBalance balance) {
    Tiles tiles = weights.summedTiles(batch.tokens(), weights.layers().getFirst().bytes());
    TileScratch scratch = TileScratch.of(weights, tiles);
    return new CpuBackward(weights, angles, batch, tiles, scratch, balance.slope());
  }

  /// Scratch memory for the tokens of a tile.
  ///
  /// @param typed the gradient at the stream, of the product's type
  /// @param normed what left a norm, of the product's type
  /// @param dNormed the gradient there
  /// @param active what entered the last product, of its type
  /// @param dActive the gradient there
  /// @param dProjected the gradient at queries, keys and values as they left their product
  /// @param dTyped the same, of the product's type
  record TileScratch(
      Place typed,
      Place normed,
      Place dNormed,
      Place active,
      Place dActive,
      Place dProjected,
      Place dTyped) {
    static TileScratch of(CpuWeights weights, Tiles tiles) {
      CpuWeights.Layer w = weights.layers().getFirst();
      Dtype type = weights.product();
      int width = w.qkv().depth();
      return new TileScratch(
          tiles.sheets(type, width),
          tiles.sheets(type, width),
          tiles.sheets(Dtype.FLOAT32, width),
          tiles.sheets(type, weights.inner()),
          tiles.sheets(Dtype.FLOAT32, weights.inner()),
          tiles.sheets(Dtype.FLOAT32, w.qkv().width()),
          tiles.sheets(type, w.qkv().width()));
    }
  }

  /// Takes the gradient at the output of a layer to its input.
  ///
  /// @param layer whose weights' gradients are added to
  /// @param w the same layer's weights as kernels read them
  /// @param k what was saved forwards; gate and up are overwritten
  /// @param dx the gradient, float32 `[N, C]`
  void layer(CpuModel.Layer layer, CpuWeights.Layer w, CpuLayers.SavedActivations k, Tensor dx) {
    Tensor dMixed = Tensor.empty(Dtype.FLOAT32, tiles.rows(), w.output().depth());
    try (Scope _ = Scope.open()) {
      feedForward(layer, w, k, new Gradients(dx, Tiles.in(dMixed)));
    }
    Tensor dHeads = Tensor.empty(Dtype.FLOAT32, w.heads().elements(tiles.rows()));
    CpuScoring.attention(batch, w.heads(), weights.product())
        .backward(address(k.heads()), address(dMixed), address(dHeads));
    attention(layer, w, k, Tiles.in(dx), dHeads);
  }

  /// Where gradients are.
  ///
  /// @param dx at the residual stream, float32 `[N, C]`
  /// @param mixed at the output of attention, float32 `[N, H D]`
  private record Gradients(Tensor dx, Place mixed) {
    Place stream() {
      return Tiles.in(dx);
    }
  }

  /// Takes the gradient through the feed-forward block, and on to the output of attention.
  private void feedForward(
      CpuModel.Layer layer, CpuWeights.Layer w, CpuLayers.SavedActivations k, Gradients gradients) {
    switch (layer.feedForward()) {
      case GatedFeedForward block -> gated(block, layer, w, k, gradients);
      case MixtureOfExperts block -> experts(block, layer, w, k, gradients);
    }
  }

  private void experts(
      MixtureOfExperts block,
      CpuModel.Layer layer,
      CpuWeights.Layer w,
      CpuLayers.SavedActivations k,
      Gradients gradients) {
    Norm norm = norm(w.feedForwardNorm(), layer.feedForwardNorm());
    long middle = address(k.middle());
    long stream = address(gradients.dx);
    int rows = tiles.rows();
    Tile all = new Tile(0, rows, 0);
    try (Scope _ = Scope.open()) {
      Tensor normed = Tensor.empty(Dtype.FLOAT32, rows, norm.norm.width());
      norm.norm.forward(middle, rows, address(normed), Dtype.FLOAT32);
      Tensor dNormed =
          CpuExpertsBackward.of(block, w.feed(), weights.product())
              .back(requireNonNull(k.experts()), normed, stream, balance);
      norm.back(address(dNormed), middle, stream, all);
    }
    Projection output = projection(layer.attention().output());
    output.back(typed(gradients.stream(), all), gradients.mixed.of(all), all);
    output.inputs(address(k.mixed()), all);
    addGradients(output);
    norm.add(rows);
  }

  private void gated(
      GatedFeedForward block,
      CpuModel.Layer layer,
      CpuWeights.Layer w,
      CpuLayers.SavedActivations k,
      Gradients gradients) {
    Dtype type = weights.product();
    Projection down = projection(block.down());
    Projection gateUp = projection(block.gateUp());
    Projection output = projection(layer.attention().output());
    Norm norm = norm(w.feedForwardNorm(), layer.feedForwardNorm());
    Place both = Tiles.in(requireNonNull(k.both()));
    Place stream = gradients.stream();
    Place middle = Tiles.in(k.middle());
    Place mixed = Tiles.in(k.mixed());
    int width = Math.toIntExact(block.intermediate());
    tiles.run(tile -> {
      int n = tile.count();
      long dActive = scratch.dActive.of(tile);
      long active = scratch.active.of(tile);
      down.back(typed(stream, tile), dActive, tile);
      SwiGlu.backward(type, both.of(tile), dActive, n, width, active);
      down.inputs(active, tile);
      long dNormed = scratch.dNormed.of(tile);
      gateUp.back(both.of(tile), dNormed, tile);
      gateUp.inputs(normed(norm, middle, tile), tile);
      norm.back(dNormed, middle.of(tile), stream.of(tile), tile);
      output.back(typed(stream, tile), gradients.mixed.of(tile), tile);
      output.inputs(mixed.of(tile), tile);
    });
    addGradients(down, gateUp, output);
    norm.add(tiles.rows());
  }

  /// Takes the gradient through the projections of queries, keys and values.
  private void attention(
      CpuModel.Layer layer,
      CpuWeights.Layer w,
      CpuLayers.SavedActivations k,
      Place stream,
      Tensor dHeads) {
    GroupedAttention block = layer.attention();
    Projection qkv = projection(block.qkv());
    Norm norm = norm(w.attentionNorm(), layer.attentionNorm());
    HeadGradients sums = new HeadGradients(w.heads(), block, k.projected(), tiles.rows());
    Place input = Tiles.in(k.input());
    int stride = w.qkv().width();
    long gradients = address(dHeads);
    tiles.run(tile -> {
      int n = tile.count();
      long dProjected = scratch.dProjected.of(tile);
      Heads.Some some = new Heads.Some(tile.from(), n, tiles.rows());
      w.heads().join(gradients, some, angles.of(w), sums.normed(), dProjected);
      sums.addBias(dProjected, tile);
      long dTyped = scratch.dTyped.of(tile);
      Kernels.type(dProjected, (long) n * stride, weights.product(), dTyped);
      long dNormed = scratch.dNormed.of(tile);
      qkv.back(dTyped, dNormed, tile);
      qkv.inputs(normed(norm, input, tile), tile);
      norm.back(dNormed, input.of(tile), stream.of(tile), tile);
    });
    addGradients(qkv);
    norm.add(tiles.rows());
    sums.add();
  }

  /// Rounds a tile of the gradient at the stream to the product's type.
  private long typed(Place stream, Tile tile) {
    long to = scratch.typed.of(tile);
    long elements = (long) tile.count() * weights.norm().width();
    Kernels.type(stream.of(tile), elements, weights.product(), to);
    return to;
  }

  /// Norms a tile again.
  private long normed(Norm norm, Place x, Tile tile) {
    long to = scratch.normed.of(tile);
    norm.norm.forward(x.of(tile), tile.count(), to, weights.product());
    return to;
  }

  private Projection projection(Linear linear) {
    Panels panels = Panels.plain(linear.weight(), weights.product());
    WeightGradient gradient =
        linear.weight().requiresGrad()
            ? new WeightGradient(weights.product(), tiles.rows(), linear.weight().startedGrad())
            : null;
    return new Projection(tiles.cut() ? CpuWeights.packed(panels) : panels, gradient);
  }

  private static void addGradients(Projection... projections) {
    WeightGradient.addAll(
        Stream.of(projections).map(Projection::gradient).filter(Objects::nonNull).toList());
  }

  /// A projection, backwards.
  ///
  /// @param panels maps gradients at its outputs to those at its inputs
  /// @param gradient its weight's; null where that stays as it is
  private record Projection(Panels panels, @Nullable WeightGradient gradient) {
    /// Takes a tile's gradient at the outputs to the inputs.
    void back(long dy, long dx, Tile tile) {
      if (gradient != null) {
        gradient.outputs(dy, panels.type(), tile.from(), tile.count());
      }
      MatrixProduct.run(dy, tile.count(), panels, dx, false);
    }

    /// Takes a tile's inputs.
    void inputs(long x, Tile tile) {
      if (gradient != null) {
        gradient.inputs(x, panels.type(), tile.from(), tile.count());
      }
    }
  }

  Norm norm(RmsNorm norm, Tensor weight) {
    Tensor partial = Tensor.zeros(Dtype.FLOAT32, norm.partialElements(tiles.rows()));
    return new Norm(norm, weight, address(partial));
  }

  /// A norm, backwards.
  ///
  /// @param weight whose gradient is added to
  /// @param partial where the sums of that are
  record Norm(RmsNorm norm, Tensor weight, long partial) {
    void back(long dy, long x, long dx, Tile tile) {
      norm.backward(dy, x, tile.count(), dx, partial + norm.partials(tile.from()));
    }

    void add(int rows) {
      if (weight.requiresGrad()) {
        Tensor dw = Tensor.zeros(Dtype.FLOAT32, weight.elements());
        norm.sumPartials(partial, rows, address(dw));
        weight.startedGrad().add_(dw, 1);
      }
    }
  }

  /// The gradients at the norms of heads and at the bias of their projections.
  private static final class HeadGradients {
    private final Heads heads;
    private final GroupedAttention block;
    private final int rows;
    private final Heads.Normed normed;
    private final @Nullable Tensor bias; // null where it has no gradient
    private final long biasParts;

    HeadGradients(Heads heads, GroupedAttention block, @Nullable Tensor before, int rows) {
      this.heads = heads;
      this.block = block;
      this.rows = rows;
      normed =
          before == null
              ? Heads.Normed.NONE
              : new Heads.Normed(
                  address(before), address(Tensor.zeros(Dtype.FLOAT32, heads.partials(rows))));
      Tensor added = block.qkv().bias();
      bias = added != null && added.requiresGrad() ? added : null;
      int parts = (rows + Tiles.SUMMED - 1) / Tiles.SUMMED;
      biasParts = bias == null ? 0 : address(Tensor.zeros(Dtype.FLOAT32, parts, width()));
    }

    private int width() {
      return heads.heads() * heads.dim();
    }

    Heads.Normed normed() {
      return normed;
    }

    void addBias(long dProjected, Tile tile) {
      if (bias != null) {
        Rows.addParts(dProjected, tile.from(), tile.count(), width(), biasParts);
      }
    }

    void add() {
      if (bias != null) {
        Tensor sum = Tensor.zeros(Dtype.FLOAT32, width());
        Rows.sumParts(biasParts, rows, width(), address(sum));
        addTo(bias, sum);
      }
      if (heads.normed()) {
        Tensor queries = Tensor.zeros(Dtype.FLOAT32, heads.dim());
        Tensor keys = Tensor.zeros(Dtype.FLOAT32, heads.dim());
        heads.sumPartials(normed.partial(), rows, address(queries), address(keys));
        addTo(block.queryNorm(), queries);
        addTo(block.keyNorm(), keys);
      }
    }

    private static void addTo(@Nullable Tensor weight, Tensor gradient) {
      if (weight != null && weight.requiresGrad()) {
        weight.startedGrad().add_(gradient, 1);
      }
    }
  }
}
