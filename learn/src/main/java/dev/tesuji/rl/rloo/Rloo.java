package dev.tesuji.rl.rloo;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPenalty;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.LookAhead;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of RLOO.
///
/// @param kl how the policy is held to the reference; by k1 in the reward where that is left open
/// @param rewardLimit rewards are clipped to this size before anything else; 0 for no limit
/// @param normalize whether advantages are scaled to mean 0 and deviation 1 over the batch
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record Rloo(
    @Unwrapped KlConfig kl,
    double rewardLimit,
    boolean normalize,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// TRL's values, but for the KL (there 0.05), which is left out as everywhere here.
  public static final Rloo DEFAULT =
      new Rloo(KlConfig.DEFAULT, 0, false, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public Rloo {
    kl.resolved(KlPenalty.Defaults.REWARD);
    Require.that(rewardLimit >= 0, "rewardLimit", "at least 0 (0: no limit)", rewardLimit);
  }

  /// Returns how the policy is held to the reference.
  KlPenalty penalty() {
    return kl.resolved(KlPenalty.Defaults.REWARD);
  }

  @Override
  public Requirements requirements() {
    return penalty()
        .addTo(
            Requirements.NONE
                .withGroupsOf(2)
                .with(updates.keepGroups().filter())
                .with(LookAhead.ONCE_MOVED));
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new RlooObjective(this, context.steps());
  }
}
