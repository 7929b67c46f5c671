package dev.tesuji.compute.torch;

import dev.tesuji.nn.FeedForward;
import dev.tesuji.nn.GatedFeedForward;
import dev.tesuji.nn.MixtureOfExperts;
import dev.tesuji.nn.ModelConfig.Activation;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The block that each token goes through by itself, by libtorch.
final class TorchFeedForward {
  private TorchFeedForward() {}

  /// Maps `[N, C]` to `[N, C]`.
  static Tensor forward(FeedForward block, Tensor x, Pass pass) {
    return switch (block) {
      case GatedFeedForward gated -> gated(gated, x);
      case MixtureOfExperts experts -> experts(experts, x, pass);
    };
  }

  private static Tensor gated(GatedFeedForward block, Tensor x) {
    Tensor both = block.gateUp().apply(x);
    Tensor gate = both.narrow(1, 0, block.intermediate());
    Tensor up = both.narrow(1, block.intermediate(), block.intermediate());
    return block.down().apply(activated(block.activation(), gate).mul(up));
  }

  private static Tensor activated(Activation activation, Tensor gate) {
    return switch (activation) {
      case SILU -> gate.silu();
      case GELU_TANH -> gate.geluTanh();
    };
  }

  /// Sends each token through a few of many gated blocks, and through a shared one.
  private static Tensor experts(MixtureOfExperts block, Tensor x, Pass pass) {
    ExpertRouting.Routing routing = new ExpertRouting(block.router()).route(x, pass);
    Tensor sent = x.indexSelect(0, routing.tokens()); // [N * k, C], sorted by expert
    List<Tensor> parts = new ArrayList<>();
    long at = 0;
    for (int e = 0; e < block.experts().size(); e++) {
      long count = routing.counts()[e];
      if (count > 0) {
        parts.add(gated(block.experts().get(e), sent.narrow(0, at, count)));
        at += count;
      }
    }
    Tensor weighted = Tensor.cat(parts, 0).mul(routing.weights().unsqueeze(1)).to(x.dtype());
    Tensor sum =
        Tensor.zeros(x.dtype(), x.shape().sizes())
            .to(x.device())
            .indexAdd_(0, routing.tokens(), weighted);
    GatedFeedForward shared = block.shared();
    return shared == null ? sum : sum.add(gated(shared, x));
  }
}
