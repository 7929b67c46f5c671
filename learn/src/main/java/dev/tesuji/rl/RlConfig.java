package dev.tesuji.rl;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.rl.algorithm.Algorithm;

/// The settings of the loop of reinforcement learning.
///
/// @param steps how many batches of completions are drawn and learned from
/// @param promptsPerStep P
/// @param groupSize G, completions per prompt
/// @param maxNewTokens the length limit of a completion
/// @param sampling how completions are drawn
/// @param algorithm what completions teach the policy
/// @param samplingRounds how often prompts may be drawn in one step. With 1, groups whose rewards
///   are all the same stay in the batch: they add nothing to the gradient and count in what it is
///   divided by. With more, such groups are left out and replaced (DAPO's dynamic sampling)
/// @param optimizer the optimizer
/// @param compute how sequences go through the model
public record RlConfig(
    int steps,
    int promptsPerStep,
    int groupSize,
    int maxNewTokens,
    Sampling sampling,
    Algorithm algorithm,
    int samplingRounds,
    OptimizerConfig optimizer,
    ComputeConfig compute) {
  /// Checks the ranges.
  public RlConfig {
    Require.atLeast(0, "steps", steps);
    Require.atLeast(1, "promptsPerStep", promptsPerStep);
    Require.atLeast(1, "groupSize", groupSize);
    Require.atLeast(1, "maxNewTokens", maxNewTokens);
    Require.that(
        sampling.temperature() > 0,
        "sampling.temperature",
        "above 0: greedy samples of a prompt are all the same",
        sampling.temperature());
    Require.atLeast(1, "samplingRounds", samplingRounds);
    check(algorithm, promptsPerStep, groupSize);
    Require.that(
        samplingRounds == 1 || groupSize > 1 || algorithm.requirements().filter().always(),
        "samplingRounds",
        "1 with groupSize 1: a group of one always looks flat",
        samplingRounds);
  }

  private static void check(Algorithm algorithm, int promptsPerStep, int groupSize) {
    int least = algorithm.requirements().groupSize();
    Require.that(
        groupSize >= least,
        "groupSize",
        "at least " + least + " (a completion is compared with the others of its group)",
        groupSize);
    int miniBatches = algorithm.updates().miniBatches();
    Require.that(
        miniBatches <= promptsPerStep,
        "miniBatches",
        "at most promptsPerStep (" + promptsPerStep + ")",
        miniBatches);
  }
}
