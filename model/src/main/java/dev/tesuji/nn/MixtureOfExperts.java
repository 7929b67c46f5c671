package dev.tesuji.nn;

import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sends each token through a few of many gated blocks, and through a shared one
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), Eq. 12 to 16).
final class MixtureOfExperts implements FeedForward {
  private final Router router;
  private final List<GatedFeedForward> experts = new ArrayList<>();
  private final @Nullable GatedFeedForward shared;

  MixtureOfExperts(
      Parameters parameters, ModelConfig model, ExpertsConfig config, int layer, String name) {
    long width = model.hiddenSize();
    for (int e = 0; e < config.routed(); e++) {
      String expert = name + ".experts." + e;
      experts.add(
          new GatedFeedForward(parameters, width, config.intermediateSize(), false, expert));
    }
    router = new Router(parameters, model, config, layer, name + ".gate");
    long sharedSize = (long) config.intermediateSize() * config.shared();
    shared =
        sharedSize == 0
            ? null
            : new GatedFeedForward(parameters, width, sharedSize, false, name + ".shared_experts");
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Router.Routing routing = router.route(x, pass);
    Tensor sent = x.indexSelect(0, routing.tokens()); // [N * k, C], sorted by expert
    List<Tensor> parts = new ArrayList<>();
    long at = 0;
    for (int e = 0; e < experts.size(); e++) {
      long count = routing.counts()[e];
      if (count > 0) {
        parts.add(experts.get(e).apply(sent.narrow(0, at, count)));
        at += count;
      }
    }
    Tensor weighted = Tensor.cat(parts, 0).mul(routing.weights().unsqueeze(1)).to(x.dtype());
    Tensor sum =
        Tensor.zeros(x.dtype(), x.shape().sizes())
            .to(x.device())
            .indexAdd_(0, routing.tokens(), weighted);
    return shared == null ? sum : sum.add(shared.apply(x));
  }
}
