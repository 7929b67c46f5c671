package dev.tesuji.preference;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;

/// The settings of learning from preferences.
///
/// @param steps how many updates
/// @param batchSize examples per update
/// @param heldOutEvery after how many updates held-out examples are measured, besides the last; 0
///   for after the last only
/// @param optimizer the optimizer
/// @param compute how sequences go through the model
public record PreferenceConfig(
    int steps, int batchSize, int heldOutEvery, OptimizerConfig optimizer, ComputeConfig compute) {
  /// Checks the ranges.
  public PreferenceConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "batchSize", batchSize);
    Require.atLeast(0, "heldOutEvery", heldOutEvery);
  }
}
