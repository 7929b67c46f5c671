package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import dev.tesuji.nn.Parameters.Rows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Many gated blocks, a few of which each token goes through, and a shared one
/// ([DeepSeek-V3](https://arxiv.org/abs/2412.19437), Eq. 12 to 16).
///
/// @param router chooses the experts of a token
/// @param gateUp both projections in of all experts, `[E 2I, C]`
/// @param down the projections out of all experts, `[E C, I]`
/// @param shared goes beside them for every token; null without
public record MixtureOfExperts(
    Router router, ExpertLinear gateUp, ExpertLinear down, @Nullable Shared shared)
    implements FeedForward {
  /// A block that every token goes through.
  ///
  /// @param block that
  /// @param gate maps a token to one number, whose sigmoid scales what the block adds; null without
  public record Shared(GatedFeedForward block, @Nullable Linear gate) {
    static @Nullable Shared of(
        Parameters parameters, long width, @Nullable SharedExpert config, String name) {
      if (config == null) {
        return null;
      }
      String own = name + (config.gated() ? ".shared_expert" : ".shared_experts");
      GatedFeedForward block =
          GatedFeedForward.of(parameters, width, config.intermediateSize(), false, own);
      Linear gate =
          config.gated()
              ? Linear.of(parameters, width, false, new Rows(name + ".shared_expert_gate", 1))
              : null;
      return new Shared(block, gate);
    }
  }

  /// Returns I, the width of an expert between up and down.
  public long intermediate() {
    return router.config().intermediateSize();
  }

  /// Makes the block of a layer with undefined weights.
  static MixtureOfExperts of(
      Parameters parameters, ModelConfig model, ExpertsConfig config, int layer, String name) {
    long width = model.hiddenSize();
    long inside = config.intermediateSize();
    String expert = name + ".experts.";
    ExpertLinear gateUp =
        ExpertLinear.of(
            parameters,
            config.routed(),
            width,
            e ->
                List.of(
                    new Rows(expert + e + ".gate_proj", inside),
                    new Rows(expert + e + ".up_proj", inside)));
    ExpertLinear down =
        ExpertLinear.of(
            parameters,
            config.routed(),
            inside,
            e -> List.of(new Rows(expert + e + ".down_proj", width)));
    Router router = Router.of(parameters, model, config, layer, name + ".gate");
    return new MixtureOfExperts(
        router, gateUp, down, Shared.of(parameters, width, config.shared(), name));
  }
}
