package dev.tesuji.rl.reinforce;

import dev.tesuji.check.Require;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of ReMax.
///
/// @param klCoefficient β, what the KL costs in the reward of each token; 0 loads no reference
///   model
/// @param gamma γ, the discount of later rewards
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
public record ReMax(
    double klCoefficient,
    double gamma,
    double clipLow,
    double clipHigh,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// No KL, no discount, clip 0.2 where there is more than one update.
  public static final ReMax DEFAULT = new ReMax(0, 1, 0.2, 0.2, 1, 1, false);

  /// Checks the ranges.
  public ReMax {
    Require.that(klCoefficient >= 0, "klCoefficient", "at least 0", klCoefficient);
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
  }

  @Override
  public boolean needsReference() {
    return klCoefficient > 0;
  }

  @Override
  public boolean needsGreedyBaseline() {
    return true;
  }

  @Override
  public boolean needsOldLogProbs() {
    return klCoefficient > 0;
  }

  /// Keeps all groups that could be judged: also one of equal rewards differs from its greedy
  /// completion.
  @Override
  public boolean keeps(double[] rewards, double accuracy) {
    return !Double.isNaN(Statistics.mean(rewards));
  }

  @Override
  public Objective open(Tools tools) {
    return new ReMaxObjective(this);
  }
}
