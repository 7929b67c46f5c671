package dev.tesuji.compute.torch;

import dev.tesuji.nn.FeedForward;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.Linear;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.ModelConfig.Activation;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// The block that each token goes through by itself, by libtorch.
final class TorchFeedForward {
  private TorchFeedForward() {}

  /// Maps `[N, C]` to `[N, C]`.
  ///
  /// @param product the type in which experts multiply
  static Tensor forward(FeedForward block, Tensor x, Pass pass, Dtype product) {
    return switch (block) {
      case GatedFeedForward gated -> gated(gated, x);
      case MixtureOfExperts experts -> experts(experts, x, pass, product);
    };
  }

  private static Tensor gated(GatedFeedForward block, Tensor x) {
    Tensor both = block.gateUp().apply(x);
    return block.down().apply(activated(block.activation(), both, block.intermediate()));
  }

  /// Returns f(gate) · up of both, side by side `[N, 2I]`.
  private static Tensor activated(Activation activation, Tensor both, long intermediate) {
    Tensor gate = both.narrow(1, 0, intermediate);
    Tensor up = both.narrow(1, intermediate, intermediate);
    return switch (activation) {
      case SILU -> gate.silu().mul(up);
      case GELU_TANH -> gate.geluTanh().mul(up);
    };
  }

  /// Sends each token through a few of many gated blocks, and through a shared one.
  private static Tensor experts(MixtureOfExperts block, Tensor x, Pass pass, Dtype product) {
    ExpertRouting.Routing routing = new ExpertRouting(block.router()).route(x, pass);
    Tensor sent = x.indexSelect(0, routing.tokens()); // [N * k, C], sorted by expert
    Tensor both = block.gateUp().apply(sent, routing.counts(), product);
    Tensor active = activated(Activation.SILU, both, block.intermediate());
    Tensor weighted =
        block
            .down()
            .apply(active, routing.counts(), product)
            .mul(routing.weights().unsqueeze(1))
            .to(x.dtype());
    Tensor sum =
        Tensor.zeros(x.dtype(), x.shape().sizes())
            .to(x.device())
            .indexAdd_(0, routing.tokens(), weighted);
    MixtureOfExperts.Shared shared = block.shared();
    return shared == null ? sum : sum.add(shared(shared, x));
  }

  private static Tensor shared(MixtureOfExperts.Shared shared, Tensor x) {
    Tensor added = gated(shared.block(), x);
    Linear gate = shared.gate();
    return gate == null ? added : added.mul(gate.apply(x).sigmoid());
  }
}
