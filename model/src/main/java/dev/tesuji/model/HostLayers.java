package dev.tesuji.model;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The way of N tokens through the layers, one by one, by kernels.
///
/// The residual stream is float32; what goes into a product has the product's type.
///
/// @param weights of all layers
/// @param angles cosines and sines of the tokens' positions, float32 `[N, D]`
/// @param look how the tokens look back
record HostLayers(HostWeights weights, Tensor angles, Look look) {

  /// Lets tokens look back.
  @FunctionalInterface
  interface Look {
    /// Attends.
    ///
    /// @param layer the number of the layer
    /// @param heads the layout
    /// @param from queries, keys and values of the tokens
    /// @param out takes `[N, H D]` of the product's type
    void attend(int layer, Heads heads, Tensor from, Tensor out);
  }

  /// What the way back needs.
  ///
  /// @param input the residual stream before the layer, float32 `[N, C]`
  /// @param projected queries, keys and values before norms and turning, float32; null where heads
  ///   are not normed
  /// @param heads queries, keys and values as they were compared, float32
  /// @param mixed the output of attention, `[N, H D]`
  /// @param middle the residual stream between the halves of the layer, float32 `[N, C]`
  /// @param both gate and up, `[N, 2 I]`
  record Kept(
      Tensor input,
      @Nullable Tensor projected,
      Tensor heads,
      Tensor mixed,
      Tensor middle,
      Tensor both) {}

  /// Takes tokens through a layer without keeping anything: changes `x`.
  void forward(int layer, Tensor x) {
    run(layer, x, false);
  }

  /// Takes tokens through a layer for a gradient to come back: leaves `x` alone.
  ///
  /// @return what is kept; the new residual stream is [Result#output]
  Result remember(int layer, Tensor x) {
    return run(layer, x, true);
  }

  /// The residual stream after a layer, and what the way back needs.
  record Result(Tensor output, Kept kept) {}

  private Result run(int layer, Tensor x, boolean keep) {
    HostWeights.Layer w = weights.layers().get(layer);
    Dtype type = weights.product();
    int n = Math.toIntExact(x.size(0));
    int c = Math.toIntExact(x.size(1));
    Heads h = w.heads();
    int stride = h.heads() * h.dim();
    Tensor normed = Tensor.empty(type, n, c);
    w.attentionNorm().forward(address(x), n, address(normed), type);
    Tensor projected = Tensor.empty(Dtype.FLOAT32, n, stride);
    MatrixProduct.run(address(normed), n, w.qkv(), address(projected), false);
    Tensor heads = Tensor.empty(Dtype.FLOAT32, h.elements(n));
    h.split(address(projected), n, address(angles), address(heads));
    Tensor mixed = Tensor.empty(type, n, w.output().depth());
    look.attend(layer, h, heads, mixed);
    Tensor middle = keep ? x.copy() : x;
    MatrixProduct.run(address(mixed), n, w.output(), address(middle), true);
    w.feedForwardNorm().forward(address(middle), n, address(normed), type);
    int width = w.down().depth();
    Tensor both = Tensor.empty(Dtype.FLOAT32, n, 2L * width);
    MatrixProduct.run(address(normed), n, w.gateUp(), address(both), false);
    Tensor active = Tensor.empty(type, n, width);
    Tensor kept = keep && type != Dtype.FLOAT32 ? Tensor.empty(type, n, 2L * width) : both;
    long narrow = kept == both ? 0 : address(kept);
    SwiGlu.forward(address(both), n, width, address(active), type, narrow);
    Tensor output = keep ? middle.copy() : middle;
    MatrixProduct.run(address(active), n, w.down(), address(output), true);
    Tensor before = h.normed() ? projected : null;
    return new Result(output, new Kept(x, before, heads, mixed, middle, kept));
  }
}
