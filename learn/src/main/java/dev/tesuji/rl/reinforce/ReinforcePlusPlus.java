package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of REINFORCE++.
///
/// @param baseline whether the mean reward of the group is taken off first; the KL is then part of
///   the loss instead of the reward
/// @param klCoefficient β, the weight of the KL; 0 loads no reference model
/// @param gamma γ, the discount of later rewards
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
public record ReinforcePlusPlus(
    boolean baseline,
    double klCoefficient,
    double gamma,
    double clipLow,
    double clipHigh,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// No baseline, no KL, no discount, clip 0.2.
  public static final ReinforcePlusPlus DEFAULT =
      new ReinforcePlusPlus(false, 0, 1, 0.2, 0.2, 1, 1, false);

  /// Checks the ranges.
  public ReinforcePlusPlus {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(
        !baseline || gamma == 1,
        "gamma",
        "1 with a baseline: there are no rewards before the end to discount",
        gamma);
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
  }

  /// Returns k1 for rewards, k2 for losses, as the paper has it.
  KlEstimator klEstimator() {
    return baseline ? KlEstimator.K2 : KlEstimator.K1;
  }

  @Override
  public int leastGroupSize() {
    return baseline ? 2 : 1;
  }

  @Override
  public boolean needsReference() {
    return klCoefficient > 0;
  }

  @Override
  public boolean needsOldLogProbs() {
    return klCoefficient > 0 && !baseline;
  }

  @Override
  public Objective open(Tools tools) {
    return new ReinforceObjective(this);
  }
}
