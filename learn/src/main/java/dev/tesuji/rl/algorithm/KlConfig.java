package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.KlEstimator;
import org.jspecify.annotations.Nullable;

/// The settings that hold a policy to its reference: the same for all algorithms, each of which has
/// its own choice where one is left open.
///
/// @param klCoefficient β, the weight of the KL; 0 for none
/// @param klEstimator how the KL is estimated; absent for the algorithm's choice (k1 in rewards, k3
///   in losses)
/// @param klPlace whether it is part of the `reward` or of the `loss`; absent for the algorithm's
///   choice
/// @param klTarget the KL of a completion that β is adapted to hold; 0 for none
/// @param klFinalCoefficient β at the last step, to which it goes in a straight line; absent to
///   stay
public record KlConfig(
    double klCoefficient,
    @Nullable KlEstimator klEstimator,
    @Nullable KlPlace klPlace,
    double klTarget,
    @Nullable Double klFinalCoefficient) {
  /// No hold.
  public static final KlConfig DEFAULT = KlConfig.of(0);

  /// Returns a constant coefficient, with the algorithm's choices.
  public static KlConfig of(double coefficient) {
    return new KlConfig(coefficient, null, null, 0, null);
  }

  /// Returns a constant coefficient in one place with one estimator.
  public static KlConfig of(double coefficient, KlPlace place, KlEstimator estimator) {
    return new KlConfig(coefficient, estimator, place, 0, null);
  }

  /// Fills in the choices that are left open.
  ///
  /// @throws IllegalArgumentException naming the setting that contradicts another
  public KlPenalty resolved(KlPenalty.Defaults defaults) {
    return KlPenalty.resolved(this, defaults, "kl");
  }

  /// Fills in the choices that are left open, with messages that name settings without `kl`.
  ///
  /// @throws IllegalArgumentException naming the setting that contradicts another
  public KlPenalty resolvedWithoutPrefix(KlPenalty.Defaults defaults) {
    return KlPenalty.resolved(this, defaults, "");
  }
}
