package dev.tesuji.compute.cpu;

import dev.tesuji.kernel.Panels;
import dev.tesuji.nn.Router;
import dev.tesuji.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The weights of a feed-forward block as kernels read them.
sealed interface CpuFeed {
  /// Returns the bytes of its matrices, packed.
  long bytes();

  /// Returns the same with matrices packed, in the open scope, where they are not already.
  CpuFeed packed();

  /// Returns the bytes of panels, packed.
  static long bytes(Panels... panels) {
    return Stream.of(panels).mapToLong(p -> Panels.Packed.elements(p) * p.type().bytes()).sum();
  }

  /// The weights of a gated block.
  ///
  /// @param gateUp both projections in
  /// @param down the projection out
  record Gated(Panels gateUp, Panels down) implements CpuFeed {
    @Override
    public long bytes() {
      return CpuFeed.bytes(gateUp, down);
    }

    @Override
    public Gated packed() {
      return new Gated(CpuWeights.packed(gateUp), CpuWeights.packed(down));
    }
  }

  /// The weights of a mixture of experts.
  ///
  /// @param router chooses, by
  /// @param routing its weight in float32, `[E, C]`
  /// @param routed the experts
  /// @param shared the block beside them; null without
  /// @param gate maps a token to what the shared block counts, float32 `[1, C]`; null where it
  ///   counts 1
  record Experts(
      Router router,
      Tensor routing,
      List<Gated> routed,
      @Nullable Gated shared,
      @Nullable Tensor gate)
      implements CpuFeed {
    @Override
    public long bytes() {
      return routed.stream().mapToLong(Gated::bytes).sum() + (shared == null ? 0 : shared.bytes());
    }

    @Override
    public Experts packed() {
      List<Gated> all = routed.stream().map(Gated::packed).toList();
      return new Experts(router, routing, all, shared == null ? null : shared.packed(), gate);
    }
  }
}
