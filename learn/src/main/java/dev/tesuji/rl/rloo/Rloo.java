package dev.tesuji.rl.rloo;

import dev.tesuji.check.Require;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of RLOO.
///
/// @param klCoefficient β, what the KL costs in the reward; 0 loads no reference model
/// @param rewardLimit rewards are clipped to this size before anything else; 0 for no limit
/// @param normalize whether advantages are scaled to mean 0 and deviation 1 over the batch
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
public record Rloo(
    double klCoefficient,
    double rewardLimit,
    boolean normalize,
    double clipLow,
    double clipHigh,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// TRL's values, but for the KL (there 0.05), which is left out as everywhere here.
  public static final Rloo DEFAULT = new Rloo(0, 0, false, 0.2, 0.2, 1, 1, false);

  /// Checks the ranges.
  public Rloo {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(rewardLimit >= 0, "rewardLimit", "at least 0 (0: no limit)", rewardLimit);
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
  }

  @Override
  public int leastGroupSize() {
    return 2;
  }

  @Override
  public boolean needsReference() {
    return klCoefficient > 0;
  }

  @Override
  public boolean needsOldLogProbs() {
    return klCoefficient > 0;
  }

  @Override
  public Objective open(Tools tools) {
    return new RlooObjective(this);
  }
}
