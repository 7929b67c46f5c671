package dev.tesuji.rl.prime;

import dev.tesuji.check.Require;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of PRIME.
///
/// @param beta β of the process reward
/// @param gamma γ, the discount of later process rewards
/// @param leastAccuracy groups with a smaller share of right answers are left out
/// @param mostAccuracy groups with a larger share of right answers are left out
/// @param order whether the reward model learns from a batch before or after it judges it
/// @param learningRateFactor the reward model's learning rate as a multiple of the policy's
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
public record Prime(
    double beta,
    double gamma,
    double leastAccuracy,
    double mostAccuracy,
    Order order,
    double learningRateFactor,
    double clipLow,
    double clipHigh,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// The paper's values: β 0.05, γ 1, accuracies from 0.2 to 0.8, the reward model first and at
  /// twice the policy's learning rate.
  public static final Prime DEFAULT =
      new Prime(0.05, 1, 0.2, 0.8, Order.BEFORE, 2, 0.2, 0.2, 1, 1, false);

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
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
  }

  /// When the reward model learns.
  public enum Order {
    /// From a batch, before it judges it.
    BEFORE,
    /// From a batch, after it has judged it.
    AFTER
  }

  @Override
  public int leastGroupSize() {
    return 2;
  }

  @Override
  public boolean needsReference() {
    return true;
  }

  @Override
  public boolean needsSecondModel() {
    return true;
  }

  @Override
  public boolean alwaysFilters() {
    return leastAccuracy > 0 || mostAccuracy < 1;
  }

  @Override
  public boolean keeps(double[] rewards, double accuracy) {
    return accuracy >= leastAccuracy && accuracy <= mostAccuracy;
  }

  @Override
  public Objective open(Tools tools) {
    return new PrimeObjective(this, tools);
  }
}
