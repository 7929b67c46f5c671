package dev.tesuji.rl.ppo;

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

/// The settings of PPO with a critic.
///
/// @param gamma γ, the discount of later rewards
/// @param lambda λ of generalised advantage estimation
/// @param whiten whether advantages are scaled to mean 0 and variance 1 over the batch
/// @param surrogate the clip ranges of ratios
/// @param kl how the policy is held to the reference
/// @param critic the value model
/// @param updates the updates that a batch of completions makes
public record Ppo(
    double gamma,
    double lambda,
    boolean whiten,
    @Unwrapped ClippedSurrogate surrogate,
    Kl kl,
    CriticConfig critic,
    @Unwrapped UpdateConfig updates)
    implements Algorithm {
  /// γ and λ 1, as R1's appendix recommends for rewards at the end; no KL; one pass.
  public static final Ppo DEFAULT =
      new Ppo(
          1,
          1,
          true,
          ClippedSurrogate.DEFAULT,
          Kl.DEFAULT,
          CriticConfig.DEFAULT,
          UpdateConfig.DEFAULT);

  /// Checks the ranges.
  public Ppo {
    Require.that(gamma >= 0 && gamma <= 1, "gamma", "from 0 to 1", gamma);
    Require.that(lambda >= 0 && lambda <= 1, "lambda", "from 0 to 1", lambda);
  }

  @Override
  public Requirements requirements() {
    boolean held = kl.coefficient() > 0;
    return Requirements.NONE
        .with(Need.SECOND_MODEL, critic.trunk() == CriticConfig.Trunk.OWN)
        .with(Need.REFERENCE, held)
        .with(Need.OLD_LOG_PROBS, held)
        .with(Need.EVERY_TOKEN, held && kl.place() == Kl.Place.LOSS)
        .withFrozenSteps(critic.warmupSteps());
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new PpoObjective(this, context);
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
