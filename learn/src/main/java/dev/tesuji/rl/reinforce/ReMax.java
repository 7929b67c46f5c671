package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.GroupFilter;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;

/// The settings of ReMax.
///
/// @param klCoefficient β, what the KL costs in the reward of each token; 0 loads no reference
///   model
/// @param gamma γ, the discount of later rewards
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record ReMax(
    double klCoefficient,
    double gamma,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// No KL, no discount, clip 0.2 where there is more than one update.
  public static final ReMax DEFAULT =
      new ReMax(0, 1, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public ReMax {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
  }

  @Override
  public Requirements requirements() {
    return Requirements.NONE
        .with(Need.GREEDY_BASELINE, true)
        .with(Need.REFERENCE, klCoefficient > 0)
        .with(Need.OLD_LOG_PROBS, klCoefficient > 0)
        .with(new GroupFilter.AnyReward()); // one of equal rewards differs from its greedy one
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new ReMaxObjective(this);
  }
}
