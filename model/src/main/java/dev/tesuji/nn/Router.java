package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.tensor.Tensor;

/// The weights that choose the experts of each token.
///
/// The bias only decides who is chosen. Training moves it against the load ([ExpertLoads]); it has
/// no gradient.
///
/// @param config how many there are and how they are chosen
/// @param weight `[E, C]`
/// @param bias float32 `[E]`
/// @param load counts the tokens of each expert
public record Router(ExpertsConfig config, Tensor weight, Tensor bias, ExpertLoads.Layer load) {
  /// Makes the router of a layer with undefined weights.
  static Router of(
      Parameters parameters, ModelConfig model, ExpertsConfig config, int layer, String name) {
    Tensor weight = parameters.make(name + ".weight", config.routed(), model.hiddenSize());
    Tensor bias = parameters.buffer(name + ".e_score_correction_bias", config.routed());
    return new Router(config, weight, bias, parameters.loads().layer(layer, bias));
  }
}
