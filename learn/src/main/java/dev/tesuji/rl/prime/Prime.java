package dev.tesuji.rl.prime;

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

/// The settings of PRIME.
///
/// @param beta β of the process reward
/// @param gamma γ, the discount of later process rewards
/// @param leastAccuracy groups with a smaller share of right answers are left out
/// @param mostAccuracy groups with a larger share of right answers are left out
/// @param order whether the reward model learns from a batch before or after it judges it
/// @param learningRateFactor the reward model's learning rate as a multiple of the policy's
/// @param kl how the policy is held to the reference; by k1 in the reward where that is left open
/// @param surrogate the clip ranges of ratios
/// @param updates the updates that a batch of completions makes
public record Prime(
    double beta,
    double gamma,
    double leastAccuracy,
    double mostAccuracy,
    Order order,
    double learningRateFactor,
    @Unwrapped KlConfig kl,
    @Unwrapped ClippedSurrogate surrogate,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// The paper's values: β 0.05, γ 1, accuracies from 0.2 to 0.8, the reward model first and at
  /// twice the policy's learning rate.
  public static final Prime DEFAULT =
      new Prime(
          0.05,
          1,
          0.2,
          0.8,
          Order.BEFORE,
          2,
          KlConfig.DEFAULT,
          ClippedSurrogate.DEFAULT,
          UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public Prime {
    Require.that(beta > 0, "beta", "above 0", beta);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(
        leastAccuracy >= 0 && leastAccuracy <= 1, "leastAccuracy", "from 0 to 1", leastAccuracy);
    Require.that(
        mostAccuracy >= leastAccuracy && mostAccuracy <= 1,
        "mostAccuracy",
        "from leastAccuracy (" + leastAccuracy + ") to 1",
        mostAccuracy);
    Require.that(learningRateFactor >= 0, "learningRateFactor", "at least 0", learningRateFactor);
    kl.resolved(KlPenalty.Defaults.REWARD);
    Require.that(
        updates.keepGroups() == UpdateConfig.KeepGroups.VARIED_REWARDS,
        "keepGroups",
        "absent with prime, which keeps groups by leastAccuracy and mostAccuracy",
        "mixed_correctness");
  }

  /// When the reward model learns.
  public enum Order {
    /// From a batch, before it judges it.
    BEFORE,
    /// From a batch, after it has judged it.
    AFTER
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
                .with(Need.REFERENCE, true)
                .with(Need.SECOND_MODEL, true)
                .with(new GroupFilter.Accuracy(leastAccuracy, mostAccuracy)));
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new PrimeObjective(this, context);
  }
}
