package dev.tesuji.nn;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.Scoring;
import dev.tesuji.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The weights that choose the experts of each token.
///
/// The bias only decides who is chosen. Training moves it against the load ([ExpertLoads]); it has
/// no gradient.
///
/// @param config how many there are and how they are chosen
/// @param weight `[E, C]`
/// @param bias float32 `[E]`; null where the scoring knows none
/// @param load counts the tokens of each expert
public record Router(
    ExpertsConfig config, Tensor weight, @Nullable Tensor bias, ExpertLoads.Layer load) {
  /// Makes the router of a layer with undefined weights.
  static Router of(
      Parameters parameters, ModelConfig model, ExpertsConfig config, int layer, String name) {
    Tensor weight = parameters.make(name + ".weight", config.routed(), model.hiddenSize());
    Tensor bias =
        config.scoring() == Scoring.SIGMOID
            ? parameters.buffer(name + ".e_score_correction_bias", config.routed())
            : null;
    return new Router(config, weight, bias, parameters.loads().layer(layer, config.routed(), bias));
  }
}
