package dev.tesuji.rl.rloo;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.LookAhead;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of RLOO.
///
/// @param klCoefficient β, what the KL costs in the reward; 0 loads no reference model
/// @param rewardLimit rewards are clipped to this size before anything else; 0 for no limit
/// @param normalize whether advantages are scaled to mean 0 and deviation 1 over the batch
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record Rloo(
    double klCoefficient,
    double rewardLimit,
    boolean normalize,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// TRL's values, but for the KL (there 0.05), which is left out as everywhere here.
  public static final Rloo DEFAULT =
      new Rloo(0, 0, false, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public Rloo {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(rewardLimit >= 0, "rewardLimit", "at least 0 (0: no limit)", rewardLimit);
  }

  @Override
  public Requirements requirements() {
    return Requirements.NONE
        .withGroupsOf(2)
        .with(Need.REFERENCE, klCoefficient > 0)
        .with(Need.OLD_LOG_PROBS, klCoefficient > 0)
        .with(LookAhead.ONCE_MOVED);
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new RlooObjective(this);
  }
}
