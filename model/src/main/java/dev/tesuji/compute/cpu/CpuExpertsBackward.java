package dev.tesuji.compute.cpu;

import static dev.tesuji.kernel.Kernels.address;

import dev.tesuji.kernel.ExpertRows;
import dev.tesuji.kernel.ExpertRows.Sending;
import dev.tesuji.kernel.GroupedProduct;
import dev.tesuji.kernel.KernelThreadPool;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.kernel.MatrixProduct;
import dev.tesuji.kernel.Panels;
import dev.tesuji.kernel.SwiGlu;
import dev.tesuji.kernel.WeightGradient;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A gradient back through the experts of a layer.
///
/// What a pair of a token and an expert counts, g, need not be divided out anywhere: the gradient
/// at the output times g is what goes back through the expert, and its inner product with what
/// entered the last product is q = g dg, all that the router needs ([CpuRouting]).
///
/// @param block whose weights' gradients are added to
/// @param weights the same as kernels read them
/// @param type of the products
record CpuExpertsBackward(MixtureOfExperts block, CpuFeed.Experts weights, Dtype type) {
  /// Goes back through a block whose weights kernels read as experts'.
  static CpuExpertsBackward of(MixtureOfExperts block, CpuFeed weights, Dtype type) {
    return switch (weights) {
      case CpuFeed.Experts experts -> new CpuExpertsBackward(block, experts, type);
      case CpuFeed.Gated _ -> throw new IllegalStateException("experts are read as one block");
    };
  }

  /// Returns the gradient at what entered, float32 `[N, C]`.
  ///
  /// @param kept on the way forwards; gate and up are overwritten
  /// @param normed what entered, float32 `[N, C]`
  /// @param dx the gradient at the residual stream, float32 `[N, C]`
  /// @param balance for each expert, the gradient of the balance loss at each of its scores
  Tensor back(CpuExperts.Kept kept, Tensor normed, long dx, float[] balance) {
    Tensor dNormed = Tensor.zeros(Dtype.FLOAT32, normed.size(0), normed.size(1));
    try (Scope _ = Scope.open()) {
      Places places = new Places(address(Kernels.typed(normed, type)), dx, dNormed);
      Sending sending = kept.routing().sending();
      float[] q = through(routed(), sending, kept.both(), places);
      project(
          kept.routing().back(q, balance),
          weights.routing(),
          block.router().weight(),
          normed,
          dNormed);
      shared(kept, normed, places);
    }
    return dNormed;
  }

  /// Where tokens are.
  ///
  /// @param normed what entered, of the product's type
  /// @param dx the gradient at the residual stream, float32
  /// @param dNormed the gradient at what entered, float32 `[N, C]`, added to
  private record Places(long normed, long dx, Tensor dNormed) {}

  private void shared(CpuExperts.Kept kept, Tensor normed, Places places) {
    Sending sending = kept.shared();
    Tensor both = kept.sharedBoth();
    MixtureOfExperts.Shared own = block.shared();
    if (sending == null || both == null || own == null) {
      return;
    }
    GatedFeedForward gated = own.block();
    Experts one =
        new Experts(
            List.of(gated.gateUp()),
            gated.gateUp().weight(),
            List.of(gated.down()),
            gated.down().weight());
    float[] q = through(one, sending, both, places);
    Linear gate = own.gate();
    Tensor weight = weights.gate();
    if (gate != null && weight != null) {
      for (int t = 0; t < q.length; t++) {
        q[t] *= 1 - sending.weights()[t]; // q is g dg, and dl = dg g (1 - g)
      }
      project(Tensor.of(q, q.length, 1), weight, gate.weight(), normed, places.dNormed);
    }
  }

  /// Takes a gradient at W x back to x, and to W.
  private static void project(
      Tensor dy, Tensor wide, Tensor weight, Tensor normed, Tensor dNormed) {
    int n = Math.toIntExact(dy.size(0));
    Panels panels = Panels.plain(wide, Dtype.FLOAT32);
    MatrixProduct.run(address(dy), n, panels, address(dNormed), true);
    if (weight.requiresGrad()) {
      WeightGradient.add(Dtype.FLOAT32, dy, normed, n, weight.startedGrad());
    }
  }

  /// Experts and the parameters that their matrices are rows of.
  private record Experts(List<Linear> gateUps, Tensor gateUp, List<Linear> downs, Tensor down) {}

  private Experts routed() {
    return new Experts(
        block.gateUp().each(), block.gateUp().weight(), block.down().each(), block.down().weight());
  }

  /// Takes the gradient through experts.
  ///
  /// @return for each pair, its weight times the gradient there
  private float[] through(Experts experts, Sending sending, Tensor both, Places places) {
    int pairs = sending.tokens().length;
    int width = Math.toIntExact(places.dNormed.size(1));
    int inner = Math.toIntExact(both.size(1) / 2);
    float[] q;
    try (Scope _ = Scope.open()) {
      Gradients down = new Gradients(experts.down, sending.ends());
      Tensor dActive = Tensor.empty(Dtype.FLOAT32, pairs, inner);
      try (Scope _ = Scope.open()) {
        Tensor dy = Tensor.empty(type, pairs, width);
        ExpertRows.copyScaled(places.dx, width, sending, type, address(dy));
        GroupedProduct.run(address(dy), sending.ends(), plain(experts.downs), address(dActive));
        down.outputs(dy);
      }
      Tensor active = Tensor.empty(type, pairs, inner);
      SwiGlu.backward(type, address(both), address(dActive), pairs, inner, address(active));
      q = ExpertRows.dots(address(dActive), address(active), type, pairs, inner);
      down.inputs(active);
      down.add();
    }
    try (Scope _ = Scope.open()) {
      Gradients gateUp = new Gradients(experts.gateUp, sending.ends());
      gateUp.outputs(both);
      try (Scope _ = Scope.open()) {
        Tensor sent = Tensor.empty(type, pairs, width);
        ExpertRows.copy(places.normed, type, width, sending.tokens(), address(sent));
        gateUp.inputs(sent);
      }
      gateUp.add();
    }
    try (Scope _ = Scope.open()) {
      Tensor dSent = Tensor.empty(Dtype.FLOAT32, pairs, width);
      GroupedProduct.run(address(both), sending.ends(), plain(experts.gateUps), address(dSent));
      ExpertRows.add(address(dSent), width, sending, false, address(places.dNormed));
    }
    return q;
  }

  private List<Panels> plain(List<Linear> matrices) {
    return matrices.stream().map(m -> Panels.plain(m.weight(), type)).toList();
  }

  /// The gradients of one matrix of every expert.
  private final class Gradients {
    private final int[] ends;
    private final List<@Nullable WeightGradient> each; // null without rows; none without gradients

    /// Makes room in the open scope.
    ///
    /// @param weight the matrices of all experts, `[E out, in]`
    /// @param ends for each expert, the row behind its last
    Gradients(Tensor weight, int[] ends) {
      this.ends = ends;
      each =
          weight.requiresGrad()
              ? WeightGradient.sharing(type, ends, weight.startedGrad())
              : List.of();
    }

    private int first(int expert) {
      return expert == 0 ? 0 : ends[expert - 1];
    }

    void outputs(Tensor dy) {
      long rowBytes = dy.size(1) * type.bytes();
      long at = address(dy);
      run((gradient, first, count) -> gradient.outputs(at + first * rowBytes, type, 0, count));
    }

    void inputs(Tensor x) {
      long rowBytes = x.size(1) * type.bytes();
      long at = address(x);
      run((gradient, first, count) -> gradient.inputs(at + first * rowBytes, type, 0, count));
    }

    private interface Work {
      void work(WeightGradient gradient, long first, int count);
    }

    private void run(Work work) {
      KernelThreadPool.run(
          each.size(),
          (e, _) -> {
            WeightGradient gradient = each.get(e);
            if (gradient != null) {
              work.work(gradient, first(e), ends[e] - first(e));
            }
          });
    }

    void add() {
      WeightGradient.addAll(each.stream().filter(Objects::nonNull).toList());
    }
  }
}
