package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPenalty;
import dev.tesuji.rl.algorithm.KlPlace;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of REINFORCE++.
///
/// @param baseline whether the mean reward of the group is taken off first; the KL is then part of
///   the loss instead of the reward
/// @param kl how the policy is held to the reference; where that is left open by k1 in the reward,
///   with a baseline by k2 in the loss, as the paper has it
/// @param gamma γ, the discount of later rewards
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record ReinforcePlusPlus(
    boolean baseline,
    @Unwrapped KlConfig kl,
    double gamma,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// No baseline, no KL, no discount, clip 0.2.
  public static final ReinforcePlusPlus DEFAULT =
      new ReinforcePlusPlus(
          false, KlConfig.DEFAULT, 1, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public ReinforcePlusPlus {
    KlPenalty penalty = kl.resolved(defaults(baseline));
    Require.that(
        !baseline || !penalty.inReward(),
        "klPlace",
        "loss with a baseline, which is one of whole rewards",
        "reward");
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(
        !baseline || gamma == 1,
        "gamma",
        "1 with a baseline: there are no rewards before the end to discount",
        gamma);
  }

  private static KlPenalty.Defaults defaults(boolean baseline) {
    return baseline
        ? new KlPenalty.Defaults(KlPlace.LOSS, KlEstimator.K1, KlEstimator.K2)
        : KlPenalty.Defaults.REWARD;
  }

  /// Returns how the policy is held to the reference.
  KlPenalty penalty() {
    return kl.resolved(defaults(baseline));
  }

  @Override
  public Requirements requirements() {
    return penalty()
        .addTo(
            Requirements.NONE.withGroupsOf(baseline ? 2 : 1).with(updates.keepGroups().filter()));
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new ReinforceObjective(this, context.steps());
  }
}
