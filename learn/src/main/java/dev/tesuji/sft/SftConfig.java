package dev.tesuji.sft;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;

/// The settings of learning from texts.
///
/// @param steps how many updates
/// @param batchSize texts per update
/// @param loss the loss per token
/// @param optimizer the optimizer
/// @param compute how sequences go through the model
public record SftConfig(
    int steps, int batchSize, SftLoss loss, OptimizerConfig optimizer, ComputeConfig compute) {
  /// Checks the ranges.
  public SftConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "batchSize", batchSize);
  }
}
