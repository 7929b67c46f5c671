package dev.tesuji.rl.algorithm;

import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.weights.LoadedModel;
import org.jspecify.annotations.Nullable;

/// The models and settings that an algorithm works with.
///
/// @param policy the model that learns
/// @param second the model that is trained beside it; null without one
/// @param temperature of the sampling
/// @param compute how sequences go through a model
/// @param optimizer the policy's
/// @param steps how many steps the run has
public record AlgorithmContext(
    LoadedModel policy,
    @Nullable LoadedModel second,
    double temperature,
    ComputeConfig compute,
    OptimizerConfig optimizer,
    int steps) {
  /// Returns the second model.
  public LoadedModel requireSecond() {
    if (second == null) {
      throw new IllegalArgumentException("the algorithm needs a second model to train");
    }
    return second;
  }
}
