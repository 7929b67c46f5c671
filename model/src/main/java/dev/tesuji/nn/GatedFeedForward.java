package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.Activation;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.Parameters.Rows;

/// A gated feed-forward block: down(f(gate x) · up x) ([Shazeer,
/// 2020](https://arxiv.org/abs/2002.05202)).
///
/// @param intermediate I, the width between up and down
/// @param activation f
/// @param gateUp both projections in, `[2I, C]`
/// @param down the projection out, `[C, I]`
public record GatedFeedForward(long intermediate, Activation activation, Linear gateUp, Linear down)
    implements FeedForward {
  /// Makes the dense block of a layer with undefined weights.
  static GatedFeedForward of(Parameters parameters, ModelConfig model, String name) {
    FeedForwardConfig config = model.feedForward();
    long width = model.hiddenSize();
    long intermediate = config.intermediateSize();
    if (!config.fused()) {
      GatedFeedForward plain = of(parameters, width, intermediate, config.bias(), name);
      return new GatedFeedForward(intermediate, config.activation(), plain.gateUp, plain.down);
    }
    Rows both = new Rows(name + ".gate_up_proj", 2 * intermediate);
    Rows down = new Rows(name + ".down_proj", width);
    return new GatedFeedForward(
        intermediate,
        config.activation(),
        Linear.of(parameters, width, config.bias(), both),
        Linear.of(parameters, intermediate, config.bias(), down));
  }

  /// Makes a block with f = silu and undefined weights.
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
    return new GatedFeedForward(intermediate, Activation.SILU, gateUp, down);
  }
}
