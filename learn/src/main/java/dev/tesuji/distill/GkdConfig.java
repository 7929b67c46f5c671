package dev.tesuji.distill;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;

/// The settings of learning from a teacher.
///
/// @param steps how many updates
/// @param batchSize texts per update
/// @param gkd who writes the texts, and the divergence
/// @param optimizer the optimizer
/// @param compute how sequences go through the models
public record GkdConfig(
    int steps, int batchSize, Gkd gkd, OptimizerConfig optimizer, ComputeConfig compute) {
  /// Checks the ranges.
  public GkdConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "batchSize", batchSize);
  }
}
