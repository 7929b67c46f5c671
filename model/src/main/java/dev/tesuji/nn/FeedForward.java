package dev.tesuji.nn;

import dev.tesuji.compute.torch.Pass;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Tensor;

/// The block that each token goes through by itself, between two attention blocks.
sealed interface FeedForward permits GatedFeedForward, MixtureOfExperts {
  /// Maps `[N, C]` to `[N, C]`.
  Tensor forward(Tensor x, Pass pass);

  /// Makes the block of a layer.
  ///
  /// @param name what its weights' names begin with
  static FeedForward of(Parameters parameters, ModelConfig model, int layer, String name) {
    ExpertsConfig experts = model.feedForward().expertsOf(layer);
    return experts == null
        ? new GatedFeedForward(
            parameters,
            model.hiddenSize(),
            model.feedForward().intermediateSize(),
            model.feedForward().bias(),
            name)
        : new MixtureOfExperts(parameters, model, experts, layer, name);
  }
}
