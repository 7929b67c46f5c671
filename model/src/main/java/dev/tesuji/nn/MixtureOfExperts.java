package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many gated blocks, a few of which each token goes through, and a shared one
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), Eq. 12 to 16).
///
/// @param router chooses the experts of a token
/// @param experts the blocks that it chooses from
/// @param shared goes beside them for every token; null without
public record MixtureOfExperts(
    Router router, List<GatedFeedForward> experts, @Nullable GatedFeedForward shared)
    implements FeedForward {
  /// Copies the list.
  public MixtureOfExperts {
    experts = List.copyOf(experts);
  }

  /// Makes the block of a layer with undefined weights.
  static MixtureOfExperts of(
      Parameters parameters, ModelConfig model, ExpertsConfig config, int layer, String name) {
    long width = model.hiddenSize();
    List<GatedFeedForward> experts = new ArrayList<>();
    for (int e = 0; e < config.routed(); e++) {
      String expert = name + ".experts." + e;
      experts.add(GatedFeedForward.of(parameters, width, config.intermediateSize(), false, expert));
    }
    Router router = Router.of(parameters, model, config, layer, name + ".gate");
    long sharedSize = (long) config.intermediateSize() * config.shared();
    GatedFeedForward shared =
        sharedSize == 0
            ? null
            : GatedFeedForward.of(parameters, width, sharedSize, false, name + ".shared_experts");
    return new MixtureOfExperts(router, experts, shared);
  }
}
