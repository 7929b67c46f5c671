package dev.tesuji.rewardmodel;

import dev.tesuji.check.Require;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;

/// How a reward model is trained.
///
/// @param steps updates
/// @param batchSize prompts per update, each with all comparisons of answers to it; or labelled
///   answers
/// @param centering the coefficient of [RewardModelLoss#centering]; 0 for none
/// @param optimizer how weights move
/// @param compute how texts go through the model
public record RewardModelConfig(
    int steps, int batchSize, double centering, OptimizerConfig optimizer, ComputeConfig compute) {
  /// Checks the ranges.
  public RewardModelConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "batchSize", batchSize);
    Require.that(centering >= 0, "centering", "at least 0 (0: none)", centering);
  }
}
