package dev.tesuji.rl.ppo;

import dev.tesuji.check.Require;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.Tools;

/// The settings of PPO with a critic.
///
/// @param gamma γ, the discount of later rewards
/// @param lambda λ of generalised advantage estimation
/// @param whiten whether advantages are scaled to mean 0 and variance 1 over the batch
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param kl how the policy is held to the reference
/// @param critic the value model
/// @param innerEpochs μ, passes over one batch of completions
/// @param miniBatches updates per pass
/// @param maskTruncated whether completions that reached the length limit are left out of the loss
public record Ppo(
    double gamma,
    double lambda,
    boolean whiten,
    double clipLow,
    double clipHigh,
    Kl kl,
    CriticConfig critic,
    int innerEpochs,
    int miniBatches,
    boolean maskTruncated)
    implements Algorithm {
  /// γ and λ 1, as R1's appendix recommends for rewards at the end; no KL; one pass.
  public static final Ppo DEFAULT =
      new Ppo(1, 1, true, 0.2, 0.2, Kl.DEFAULT, CriticConfig.DEFAULT, 1, 1, false);

  /// Checks the ranges.
  public Ppo {
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1", lambda);
    Algorithm.requireRanges(clipLow, clipHigh, innerEpochs, miniBatches);
  }

  @Override
  public boolean needsReference() {
    return kl.coefficient() > 0;
  }

  @Override
  public boolean needsSecondModel() {
    return critic.trunk() == CriticConfig.Trunk.OWN;
  }

  @Override
  public boolean needsOldLogProbs() {
    return kl.coefficient() > 0;
  }

  @Override
  public Objective open(Tools tools) {
    return new PpoObjective(this, tools);
  }

  /// How the policy is held to the reference.
  ///
  /// @param coefficient β; 0 loads no reference model
  /// @param estimator how the KL is estimated
  /// @param place whether it is part of the reward or of the loss
  /// @param target the KL of a completion that β is adapted to hold; 0 leaves β as it is
  public record Kl(double coefficient, KlEstimator estimator, Place place, double target) {
    /// It is not; with a coefficient, by k1 in the reward.
    public static final Kl DEFAULT = new Kl(0, KlEstimator.K1, Place.REWARD, 0);

    /// Checks the ranges.
    public Kl {
      Require.that(coefficient >= 0, "coefficient", "at least 0 (0: no KL)", coefficient);
      Require.that(target >= 0, "target", "at least 0 (0: not adapted)", target);
      Require.that(
          target == 0 || coefficient > 0,
          "target",
          "0 without a KL term (coefficient 0): there is nothing to adapt",
          target);
    }

    /// Where the KL enters.
    public enum Place {
      /// Each token's reward. Every token costs, so that completions are held short.
      REWARD,
      /// The loss, as in GRPO.
      LOSS
    }
  }
}
