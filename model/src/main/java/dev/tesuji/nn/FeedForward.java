package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;

/// The weights of the block that each token goes through by itself, between two attention blocks.
public sealed interface FeedForward permits GatedFeedForward, MixtureOfExperts {
  /// Makes the block of a layer.
  ///
  /// @param name the beginning of its weights' names
  static FeedForward of(Parameters parameters, ModelConfig model, int layer, String name) {
    ExpertsConfig experts = model.feedForward().expertsOf(layer);
    return experts == null
        ? GatedFeedForward.of(parameters, model, name)
        : MixtureOfExperts.of(parameters, model, experts, layer, name);
  }
}
