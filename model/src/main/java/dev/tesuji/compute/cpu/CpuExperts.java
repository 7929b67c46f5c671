package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.ExpertRows;
import dev.tesuji.kernel.ExpertRows.Sending;
import dev.tesuji.kernel.GroupedProduct;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// N tokens through the experts of a layer: sorted by expert, so that all experts' products are one
/// piece of work for all cores. The shared block is an expert that every token goes to.
final class CpuExperts {
  private CpuExperts() {}

  /// Activations of experts that the gradient needs.
  ///
  /// @param routing which experts tokens went to
  /// @param both gate and up of each pair of a token and an expert, `[N k, 2 I]`
  /// @param shared the weights that the shared block counted; null without
  /// @param sharedBoth its gate and up, `[N, 2 I]`; null without
  record Kept(
      CpuRouting routing, Tensor both, @Nullable Sending shared, @Nullable Tensor sharedBoth) {
    /// Hands the tensors to a scope.
    Kept heldBy(Scope owner) {
      CpuRouting held =
          new CpuRouting(routing.config(), owner.adopt(routing.scores()), routing.sending());
      Tensor other = sharedBoth == null ? null : owner.adopt(sharedBoth);
      return new Kept(held, owner.adopt(both), shared, other);
    }

    void close() {
      routing.scores().close();
      both.close();
      if (sharedBoth != null) {
        sharedBoth.close();
      }
    }
  }

  /// Takes tokens through.
  ///
  /// @param normed what enters, float32 `[N, C]`
  /// @param type of the products
  /// @param stream where the residual stream is, float32 `[N, C]`, added to
  /// @param keep whether to keep what a gradient needs
  /// @return which experts tokens went to, and what is kept
  static Passed forward(
      CpuFeed.Experts weights, Tensor normed, Dtype type, long stream, boolean keep) {
    int n = Math.toIntExact(normed.size(0));
    CpuRouting routing =
        CpuRouting.of(weights.router().config(), address(normed), n, weights.routing());
    CpuFeed.Gated block = weights.shared();
    Sending shared = block == null ? null : Sending.all(gate(weights.gate(), normed));
    Tensor both = kept(routing.sending(), weights.routed().getFirst(), type, keep);
    Tensor sharedBoth = block == null || shared == null ? null : kept(shared, block, type, keep);
    try (Scope _ = Scope.open()) {
      long typed = address(Kernels.typed(normed, type));
      through(weights.routed(), routing.sending(), typed, both, stream);
      if (block != null && shared != null) {
        through(List.of(block), shared, typed, sharedBoth, stream);
      }
    }
    return new Passed(routing, both == null ? null : new Kept(routing, both, shared, sharedBoth));
  }

  /// Where tokens went, and what is kept; null where nothing is.
  record Passed(CpuRouting routing, @Nullable Kept kept) {
    /// Hands the tensors of what is kept to the scope around one.
    Passed keptIn(Scope scope) {
      if (kept != null) {
        scope.keep(routing.scores());
        scope.keep(kept.both);
        if (kept.sharedBoth != null) {
          scope.keep(kept.sharedBoth);
        }
      }
      return this;
    }
  }

  private static @Nullable Tensor kept(
      Sending sending, CpuFeed.Gated expert, Dtype type, boolean keep) {
    return keep ? Tensor.empty(type, sending.tokens().length, expert.gateUp().width()) : null;
  }

  /// Returns what the shared block counts for each token: σ of the gate, or 1 without one.
  private static float[] gate(@Nullable Tensor weight, Tensor normed) {
    int n = Math.toIntExact(normed.size(0));
    if (weight == null) {
      float[] ones = new float[n];
      Arrays.fill(ones, 1);
      return ones;
    }
    try (Scope _ = Scope.open()) {
      Tensor logits = Tensor.empty(Dtype.FLOAT32, n, 1);
      Panels panels = Panels.transposed(weight, Dtype.FLOAT32);
      MatrixProduct.run(address(normed), n, panels, address(logits), false);
      return logits.sigmoid().toFloats();
    }
  }

  /// Takes tokens through the experts that they are sent to.
  ///
  /// @param typed what enters, of the product's type
  /// @param both takes gate and up; null to keep neither
  private static void through(
      List<CpuFeed.Gated> experts,
      Sending sending,
      long typed,
      @Nullable Tensor both,
      long stream) {
    Panels first = experts.getFirst().gateUp();
    Dtype type = first.type();
    int pairs = sending.tokens().length;
    int width = first.depth();
    int inner = first.width() / 2;
    try (Scope _ = Scope.open()) {
      Tensor active = Tensor.empty(type, pairs, inner);
      try (Scope _ = Scope.open()) {
        Tensor sent = Tensor.empty(type, pairs, width);
        ExpertRows.copy(typed, type, width, sending.tokens(), address(sent));
        Tensor direct = type == Dtype.FLOAT32 ? both : null;
        Tensor wide = direct == null ? Tensor.empty(Dtype.FLOAT32, pairs, 2L * inner) : direct;
        List<Panels> gateUps = experts.stream().map(CpuFeed.Gated::gateUp).toList();
        GroupedProduct.run(address(sent), sending.ends(), gateUps, address(wide));
        long narrow = both == null || direct != null ? 0 : address(both);
        SwiGlu.forward(address(wide), pairs, inner, address(active), type, narrow);
      }
      Tensor out = Tensor.empty(Dtype.FLOAT32, pairs, width);
      List<Panels> downs = experts.stream().map(CpuFeed.Gated::down).toList();
      GroupedProduct.run(address(active), sending.ends(), downs, address(out));
      ExpertRows.add(address(out), width, sending, true, stream);
    }
  }
}
