package dev.tesuji.nn;

import dev.tesuji.nn.Parameters.Rows;

/// A gated feed-forward block: down(silu(gate x) · up x) ([Shazeer,
/// 2020](https://arxiv.org/abs/2002.05202)).
///
/// @param intermediate I, the width between up and down
/// @param gateUp both projections in, `[2I, C]`
/// @param down the projection out, `[C, I]`
public record GatedFeedForward(long intermediate, Linear gateUp, Linear down)
    implements FeedForward {
  /// Makes a block with undefined weights.
  static GatedFeedForward of(
      Parameters parameters, long hiddenSize, long intermediate, boolean bias, String name) {
    Linear gateUp =
        Linear.of(
            parameters,
            hiddenSize,
            bias,
            new Rows(name + ".gate_proj", intermediate),
            new Rows(name + ".up_proj", intermediate));
    Linear down =
        Linear.of(parameters, intermediate, bias, new Rows(name + ".down_proj", hiddenSize));
    return new GatedFeedForward(intermediate, gateUp, down);
  }
}
