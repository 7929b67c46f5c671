package dev.tesuji.model;

import dev.tesuji.model.Parameters.Rows;
import dev.tesuji.tensor.Tensor;

/// The gated feed-forward block: down(silu(gate x) · up x) ([Shazeer,
/// 2020](https://arxiv.org/abs/2002.05202)).
final class FeedForward {
  private final long intermediate;
  private final Linear gateUp;
  private final Linear down;

  FeedForward(Parameters parameters, ModelConfig model, String name) {
    intermediate = model.feedForward().intermediateSize();
    boolean bias = model.feedForward().bias();
    gateUp =
        Linear.of(
            parameters,
            model.hiddenSize(),
            bias,
            new Rows(name + ".gate_proj", intermediate),
            new Rows(name + ".up_proj", intermediate));
    down =
        Linear.of(
            parameters, intermediate, bias, new Rows(name + ".down_proj", model.hiddenSize()));
  }

  /// Maps `[N, C]` to `[N, C]`.
  Tensor forward(Tensor x) {
    Tensor both = gateUp.apply(x);
    Tensor gate = both.narrow(1, 0, intermediate);
    Tensor up = both.narrow(1, intermediate, intermediate);
    return down.apply(gate.silu().mul(up));
  }
}
