package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import dev.tesuji.policy.KlEstimator;
import org.jspecify.annotations.Nullable;

/// How a policy is held to its reference, with nothing left open.
///
/// @param coefficient β at the first step; 0 loads no reference model for it
/// @param estimator how the KL is estimated
/// @param place whether it is part of the reward or of the loss
/// @param target the KL of a completion that β is adapted to hold; 0 leaves β to its schedule
/// @param finalCoefficient β at the last step, to which it goes in a straight line; null to stay
public record KlPenalty(
    double coefficient,
    KlEstimator estimator,
    KlPlace place,
    double target,
    @Nullable Double finalCoefficient) {
  /// No hold.
  public static final KlPenalty NONE = new KlPenalty(0, KlEstimator.K3, KlPlace.LOSS, 0, null);

  /// The choices of an algorithm where a recipe makes none.
  ///
  /// @param place where the KL enters
  /// @param inReward the estimator in rewards
  /// @param inLoss the estimator in losses
  public record Defaults(KlPlace place, KlEstimator inReward, KlEstimator inLoss) {
    /// k1 in the reward; k3 in the loss where a recipe puts it there.
    public static final Defaults REWARD =
        new Defaults(KlPlace.REWARD, KlEstimator.K1, KlEstimator.K3);

    /// k3 in the loss; k1 in the reward where a recipe puts it there.
    public static final Defaults LOSS = new Defaults(KlPlace.LOSS, KlEstimator.K1, KlEstimator.K3);

    KlEstimator estimator(KlPlace where) {
      return switch (where) {
        case REWARD -> inReward;
        case LOSS -> inLoss;
      };
    }
  }

  /// Fills in the choices that a recipe left open, and checks all.
  ///
  /// @param prefix of the settings' names in messages: `kl`, or nothing
  /// @throws IllegalArgumentException naming the setting
  static KlPenalty resolved(KlConfig c, Defaults defaults, String prefix) {
    Names names = new Names(prefix);
    String coefficient = names.of("Coefficient");
    Require.that(c.klCoefficient() >= 0, coefficient, "at least 0 (0: no KL)", c.klCoefficient());
    Require.that(
        c.klTarget() >= 0, names.of("Target"), "at least 0 (0: not adapted)", c.klTarget());
    String without = "without a KL term (" + coefficient + " 0): there is nothing to ";
    boolean held = c.klCoefficient() > 0;
    Require.that(
        c.klTarget() == 0 || held, names.of("Target"), "0 " + without + "adapt", c.klTarget());
    Double end = c.klFinalCoefficient();
    if (end != null) {
      String last = names.of("FinalCoefficient");
      Require.that(held, last, "absent " + without + "lower", end);
      Require.that(end >= 0, last, "at least 0", end);
      Require.that(
          c.klTarget() == 0, last, "absent with " + names.of("Target") + ", which adapts it", end);
    }
    KlPlace place = c.klPlace() == null ? defaults.place() : c.klPlace();
    KlEstimator given = c.klEstimator();
    KlEstimator estimator = given == null ? defaults.estimator(place) : given;
    String name = names.of("Estimator");
    Require.that(
        place != KlPlace.LOSS || estimator != KlEstimator.K1 || !held,
        name,
        "k2, k3 or k3_plus in a loss: the gradient of k1 there does not hold the policy (its mean"
            + " is 0)",
        "k1");
    Require.that(
        place != KlPlace.REWARD || estimator != KlEstimator.K3_PLUS || !held,
        name,
        "k1, k2 or k3 in a reward, of which no gradient is taken",
        "k3_plus");
    return new KlPenalty(c.klCoefficient(), estimator, place, c.klTarget(), end);
  }

  private record Names(String prefix) {
    String of(String word) {
      return prefix.isEmpty()
          ? Character.toLowerCase(word.charAt(0)) + word.substring(1)
          : prefix + word;
    }
  }

  /// Tests for a hold.
  public boolean isOn() {
    return coefficient > 0;
  }

  /// Tests for a hold by the reward.
  public boolean inReward() {
    return isOn() && place == KlPlace.REWARD;
  }

  /// Tests for a hold by the loss.
  public boolean inLoss() {
    return isOn() && place == KlPlace.LOSS;
  }

  /// Adds what it needs of the loop.
  public Requirements addTo(Requirements others) {
    return others
        .with(Requirements.Need.REFERENCE, isOn())
        .with(Requirements.Need.OLD_LOG_PROBS, inReward() || target > 0)
        .with(Requirements.Need.EVERY_TOKEN, inLoss());
  }
}
