package dev.tesuji.nn;

import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.Parameters.Rows;
import dev.tesuji.tensor.Tensor;

/// The gated feed-forward block: down(silu(gate x) · up x) ([Shazeer,
/// 2020](https://arxiv.org/abs/2002.05202)).
public final class GatedFeedForward implements FeedForward {
  private final long intermediate;
  private final Linear gateUp;
  private final Linear down;

  /// Makes a block of a width between up and down.
  GatedFeedForward(
      Parameters parameters, long hiddenSize, long intermediate, boolean bias, String name) {
    this.intermediate = intermediate;
    gateUp =
        Linear.of(
            parameters,
            hiddenSize,
            bias,
            new Rows(name + ".gate_proj", intermediate),
            new Rows(name + ".up_proj", intermediate));
    down = Linear.of(parameters, intermediate, bias, new Rows(name + ".down_proj", hiddenSize));
  }

  public Linear gateUp() {
    return gateUp;
  }

  public Linear down() {
    return down;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return apply(x);
  }

  /// Maps `[N, C]` to `[N, C]`.
  Tensor apply(Tensor x) {
    Tensor both = gateUp.apply(x);
    Tensor gate = both.narrow(1, 0, intermediate);
    Tensor up = both.narrow(1, intermediate, intermediate);
    return down.apply(gate.silu().mul(up));
  }
}
