package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.GroupFilter;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPenalty;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of ReMax.
///
/// @param kl how the policy is held to the reference; by k1 in the reward where that is left open
/// @param gamma γ, the discount of later rewards
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record ReMax(
    @Unwrapped KlConfig kl,
    double gamma,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// No KL, no discount, clip 0.2 where there is more than one update.
  public static final ReMax DEFAULT =
      new ReMax(KlConfig.DEFAULT, 1, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public ReMax {
    kl.resolved(KlPenalty.Defaults.REWARD);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
  }

  /// Returns how the policy is held to the reference.
  KlPenalty penalty() {
    return kl.resolved(KlPenalty.Defaults.REWARD);
  }

  @Override
  public Requirements requirements() {
    boolean mixed = updates.keepGroups() == UpdateConfig.KeepGroups.MIXED_CORRECTNESS;
    GroupFilter filter = // a group of equal rewards differs from its greedy completion
        mixed ? new GroupFilter.MixedCorrectness() : new GroupFilter.AnyReward();
    return penalty().addTo(Requirements.NONE.with(Need.GREEDY_BASELINE, true).with(filter));
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new ReMaxObjective(this, context.steps());
  }
}
