package dev.tesuji.compute.cpu;

import dev.tesuji.compute.AdapterWeights;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.Tiles;
import dev.tesuji.kernel.Tiles.Place;
import dev.tesuji.kernel.Tiles.Tile;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.Parameter.Part;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Low-rank adapters beside packed weights, of which each token may have another: W x + s B A x.
///
/// The adapters of projections that read the same input are one pair of matrices, as their weights
/// are: all A below one another, and the B, scaled, at their rows.
final class CpuAdapters implements AutoCloseable {
  private static final String WEIGHT = ".weight";

  private final Scope owner = Scope.owner();
  private final Dtype product;
  private final List<List<Layer>> adapters = new ArrayList<>(); // by their numbers from 1
  private int widest;

  /// The products of a layer that adapters stand beside.
  enum Projection {
    QKV,
    OUTPUT,
    GATE_UP,
    DOWN
  }

  /// @param down all A, to the width R of all ranks together
  /// @param up all B
  private record Pair(Panels down, Panels up) {}

  /// The pairs of a layer; null where an adapter leaves a product alone.
  private record Layer(
      @Nullable Pair qkv, @Nullable Pair output, @Nullable Pair gateUp, @Nullable Pair down) {
    @Nullable Pair of(Projection projection) {
      return switch (projection) {
        case QKV -> qkv;
        case OUTPUT -> output;
        case GATE_UP -> gateUp;
        case DOWN -> down;
      };
    }
  }

  CpuAdapters(CpuModel model, List<AdapterWeights> all) {
    product = model.product();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      all.forEach(weights -> adapters.add(packed(model, weights)));
    }
  }

  private List<Layer> packed(CpuModel model, AdapterWeights weights) {
    List<Layer> layers = new ArrayList<>();
    for (CpuModel.Layer layer : model.layers()) {
      GatedFeedForward block =
          switch (layer.feedForward()) {
            case GatedFeedForward gated -> gated;
            case MixtureOfExperts _ ->
                throw new IllegalArgumentException("a model with experts takes no adapters");
          };
      layers.add(
          new Layer(
              pair(layer.attention().qkv(), weights),
              pair(layer.attention().output(), weights),
              pair(block.gateUp(), weights),
              pair(block.down(), weights)));
    }
    return layers;
  }

  private @Nullable Pair pair(Linear linear, AdapterWeights weights) {
    int ranks = 0;
    for (Part part : linear.parts()) {
      AdapterWeights.Pair own = weights.pairs().get(name(part));
      ranks += own == null ? 0 : Math.toIntExact(own.a().size(0));
    }
    if (ranks == 0) {
      return null;
    }
    int width = Kernels.whole(ranks);
    widest = Math.max(widest, width);
    Tensor down = Tensor.zeros(Dtype.FLOAT32, width, linear.weight().size(1));
    Tensor up = Tensor.zeros(Dtype.FLOAT32, linear.weight().size(0), width);
    long at = 0;
    for (Part part : linear.parts()) {
      AdapterWeights.Pair own = weights.pairs().get(name(part));
      if (own != null) {
        long rank = own.a().size(0);
        down.narrow(0, at, rank).copy_(own.a().detach().to(Dtype.FLOAT32));
        Tensor scaled = own.b().detach().to(Dtype.FLOAT32).mul(own.scale());
        part.of(up).narrow(1, at, rank).copy_(scaled);
        at += rank;
      }
    }
    return new Pair(packed(down), packed(up));
  }

  private static String name(Part part) {
    return part.name().substring(0, part.name().length() - WEIGHT.length());
  }

  private Panels packed(Tensor weight) {
    Panels panels = Panels.transposed(weight, product);
    Tensor memory = owner.adopt(Tensor.empty(product, Panels.Packed.elements(panels)));
    return Panels.Packed.of(panels, memory);
  }

  /// Prepares a pass in the open scope; null where no token has an adapter.
  ///
  /// @param of the number of each token's adapter, from 1; 0 for none
  @Nullable Pass pass(int[] of, Tiles tiles) {
    for (int adapter : of) {
      if (adapter > 0) {
        return new Pass(
            this, of, tiles.sheets(Dtype.FLOAT32, widest), tiles.sheets(product, widest));
      }
    }
    return null;
  }

  /// The tokens of a pass.
  ///
  /// @param of the number of each token's adapter
  /// @param wide takes A x, float32
  /// @param typed takes A x in the product's type
  record Pass(CpuAdapters adapters, int[] of, Place wide, Place typed) {
    /// Adds s B A x of a tile's tokens, run by run of those that have the same adapter.
    ///
    /// @param x where the tile's inputs begin, of the product's type
    /// @param y where its outputs begin, float32
    void add(int layer, Projection projection, Tile tile, long x, long y) {
      int end = tile.from() + tile.count();
      for (int from = tile.from(); from < end; ) {
        int to = from + 1;
        while (to < end && of[to] == of[from]) {
          to++;
        }
        int adapter = of[from];
        Pair pair =
            adapter == 0 ? null : adapters.adapters.get(adapter - 1).get(layer).of(projection);
        if (pair != null) {
          int skipped = from - tile.from();
          long inputs = x + (long) skipped * pair.down.depth() * adapters.product.bytes();
          long outputs = y + 4L * skipped * pair.up.width();
          add(pair, to - from, tile, inputs, outputs);
        }
        from = to;
      }
    }

    private void add(Pair pair, int count, Tile tile, long x, long y) {
      long low = wide.of(tile);
      MatrixProduct.run(x, count, pair.down, low, false);
      long factors = low;
      if (adapters.product != Dtype.FLOAT32) {
        factors = typed.of(tile);
        Kernels.type(low, (long) count * pair.down.width(), adapters.product, factors);
      }
      MatrixProduct.run(factors, count, pair.up, y, true);
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
