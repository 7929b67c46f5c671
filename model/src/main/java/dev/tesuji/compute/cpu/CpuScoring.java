package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.kernel.CausalAttention;
import dev.tesuji.kernel.Heads;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.WeightGradient;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// Whole sequences through the decoder by kernels, without gradients; and the head, with them.
final class CpuScoring {
  private CpuScoring() {}

  /// Returns the hidden states, float32 `[N, C]`.
  static Tensor hidden(CpuModel model, TokenBatch batch) {
    try (Scope scope = Scope.open();
        CpuWeights weights = CpuWeights.inPlace(model)) {
      Tensor x = model.embed(batch.flat());
      CpuAngles angles = CpuAngles.of(model, batch.positions());
      CpuLayers layers = CpuLayers.of(weights, angles).counting();
      CpuLayers.AttentionFn attention = attentionFn(batch, weights.product());
      for (int i = 0; i < weights.layers().size(); i++) {
        try (Scope _ = Scope.open()) {
          layers.forward(i, x, attention);
        }
      }
      weights.norm().forward(address(x), batch.tokens(), address(x), Dtype.FLOAT32);
      return scope.keep(x);
    }
  }

  /// Returns the attention of whole sequences, for [CpuLayers].
  static CpuLayers.AttentionFn attentionFn(TokenBatch batch, Dtype product) {
    return (_, heads, from, out) ->
        attention(batch, heads, product).forward(address(from), address(out), product);
  }

  /// Returns the attention of whole sequences.
  static CausalAttention attention(TokenBatch batch, Heads heads, Dtype product) {
    float scale = (float) (1 / Math.sqrt(heads.dim()));
    return new CausalAttention(heads, scale, batch.spans(), product);
  }

  /// Maps hidden states `[N, C]` to float32 logits `[N, V]`.
  static Tensor logits(CpuModel model, Tensor hidden) {
    int n = Math.toIntExact(hidden.size(0));
    Panels panels = model.panels(model.weights().head());
    Tensor logits = Tensor.empty(Dtype.FLOAT32, n, panels.width());
    try (Scope _ = Scope.open()) {
      Tensor typed = typed(hidden, model.product());
      MatrixProduct.run(address(typed), n, panels, address(logits), false);
    }
    return logits;
  }

  /// Takes a gradient back through [#logits] and adds the head's share to its gradient.
  static Tensor logitsBackward(CpuModel model, Tensor gradient, Tensor hidden) {
    int n = Math.toIntExact(hidden.size(0));
    Dtype product = model.product();
    Tensor head = model.weights().head();
    Tensor out = Tensor.empty(Dtype.FLOAT32, n, head.size(1));
    try (Scope _ = Scope.open()) {
      Tensor dy = typed(gradient, product);
      MatrixProduct.run(address(dy), n, Panels.plain(head, product), address(out), false);
      if (head.requiresGrad()) {
        Tensor x = typed(hidden, product);
        WeightGradient.add(product, dy, x, n, head.startedGrad());
      }
    }
    return out;
  }

  private static Tensor typed(Tensor t, Dtype product) {
    Tensor wide = t.to(Dtype.FLOAT32).contiguous();
    return Kernels.typed(wide, product);
  }
}
