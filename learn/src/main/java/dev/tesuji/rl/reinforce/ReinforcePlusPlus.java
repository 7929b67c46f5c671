package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of REINFORCE++.
///
/// @param baseline whether the mean reward of the group is taken off first; the KL is then part of
///   the loss instead of the reward
/// @param klCoefficient β, the weight of the KL; 0 loads no reference model
/// @param gamma γ, the discount of later rewards
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record ReinforcePlusPlus(
    boolean baseline,
    double klCoefficient,
    double gamma,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// No baseline, no KL, no discount, clip 0.2.
  public static final ReinforcePlusPlus DEFAULT =
      new ReinforcePlusPlus(false, 0, 1, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public ReinforcePlusPlus {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(
        !baseline || gamma == 1,
        "gamma",
        "1 with a baseline: there are no rewards before the end to discount",
        gamma);
  }

  /// Returns k1 for rewards, k2 for losses, as the paper has it.
  KlEstimator klEstimator() {
    return baseline ? KlEstimator.K2 : KlEstimator.K1;
  }

  @Override
  public Requirements requirements() {
    boolean held = klCoefficient > 0;
    return Requirements.NONE
        .withGroupsOf(baseline ? 2 : 1)
        .with(Need.REFERENCE, held)
        .with(Need.OLD_LOG_PROBS, held && !baseline)
        .with(Need.EVERY_TOKEN, held && baseline);
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new ReinforceObjective(this);
  }
}
