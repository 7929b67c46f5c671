package dev.tesuji.rl.ppo;

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
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;
import org.jspecify.annotations.Nullable;

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
    KlPenalty penalty = kl.penalty();
    Requirements own =
        Requirements.NONE
            .with(updates.keepGroups().filter())
            .with(Need.SECOND_MODEL, critic.trunk() == CriticConfig.Trunk.OWN)
            .with(Need.OLD_LOG_PROBS, penalty.isOn()) // `objective/kl` is reported in any case
            .withFrozenSteps(critic.warmupSteps());
    return penalty.addTo(own);
  }

  @Override
  public Objective open(AlgorithmContext context) {
    return new PpoObjective(this, context);
  }

  /// How the policy is held to the reference: [KlConfig] under a key of its own.
  ///
  /// @param coefficient β; 0 loads no reference model
  /// @param estimator how the KL is estimated; absent for k1 in the reward, k3 in the loss
  /// @param place whether it is part of the reward or of the loss
  /// @param target the KL of a completion that β is adapted to hold; 0 for none
  /// @param finalCoefficient β at the last step, to which it goes in a straight line; absent to
  ///   stay
  public record Kl(
      double coefficient,
      @Nullable KlEstimator estimator,
      KlPlace place,
      double target,
      @Nullable Double finalCoefficient) {
    /// No hold; with a coefficient, by k1 in the reward.
    public static final Kl DEFAULT = new Kl(0, null, KlPlace.REWARD, 0, null);

    /// Checks the ranges.
    public Kl {
      penalty(coefficient, estimator, place, target, finalCoefficient);
    }

    /// Returns it with nothing left open.
    KlPenalty penalty() {
      return penalty(coefficient, estimator, place, target, finalCoefficient);
    }

    private static KlPenalty penalty(
        double coefficient,
        @Nullable KlEstimator estimator,
        KlPlace place,
        double target,
        @Nullable Double end) {
      return new KlConfig(coefficient, estimator, place, target, end)
          .resolvedWithoutPrefix(KlPenalty.Defaults.REWARD);
    }
  }
}
