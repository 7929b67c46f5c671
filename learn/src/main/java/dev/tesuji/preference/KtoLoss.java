package dev.tesuji.preference;

import dev.tesuji.check.Require;
import dev.tesuji.tensor.Tensor;

/// The settings of KTO ([Ethayarajh et al., 2024](https://arxiv.org/abs/2402.01306)), and its loss:
/// answers that are good or are not, without counterparts.
///
/// @param loss the value function
/// @param beta β, how firmly the policy is held to the reference
/// @param desirableWeight λ_D, the weight of good answers
/// @param undesirableWeight λ_U, the weight of bad ones; the paper asks for λ_D n_D / (λ_U n_U)
///   between 1 and 4/3
public record KtoLoss(Kind loss, double beta, double desirableWeight, double undesirableWeight) {
  /// TRL's: β 0.1, both weights 1.
  public static final KtoLoss DEFAULT = new KtoLoss(Kind.KTO, 0.1, 1, 1);

  /// Value functions.
  public enum Kind {
    /// σ of the distance to the reference point z₀ (Eq. 8).
    KTO,
    /// The same with z₀ = 0 ([D'Oosterlinck et al., 2024](https://arxiv.org/abs/2408.06266)).
    APO_ZERO_UNPAIRED
  }

  /// Checks the ranges.
  public KtoLoss {
    Require.that(beta > 0, "beta", "above 0", beta);
    Require.that(desirableWeight >= 0, "desirableWeight", "at least 0", desirableWeight);
    Require.that(undesirableWeight >= 0, "undesirableWeight", "at least 0", undesirableWeight);
  }

  /// Returns z₀ / β, the reference point: how far the policy is from the reference on answers to
  /// other prompts, at least 0; no gradient goes through it.
  ///
  /// @param mismatched log π of answers under prompts that they do not answer, `[B]`
  /// @param mismatchedReference log π_ref of the same
  public double baseline(Tensor mismatched, Tensor mismatchedReference) {
    return switch (loss) {
      case KTO -> Math.max(0, mismatched.detach().sub(mismatchedReference).mean().item());
      case APO_ZERO_UNPAIRED -> 0;
    };
  }

  /// Returns the mean over all answers of λ (1 - σ(±β(log (π / π_ref) - z₀))), plus for good ones.
  ///
  /// @param ratios log (π / π_ref) of the answers, `[B]`
  /// @param desirable whether each is good
  /// @param baseline z₀ / β
  public Tensor of(Tensor ratios, boolean[] desirable, double baseline) {
    double[] slopes = new double[desirable.length];
    double[] weights = new double[desirable.length];
    for (int i = 0; i < desirable.length; i++) {
      slopes[i] = desirable[i] ? -beta : beta;
      weights[i] = desirable[i] ? desirableWeight : undesirableWeight;
    }
    Tensor missed = // 1 - σ(x) = σ(-x)
        ratios.sub(baseline).mul(Tensor.of(slopes, slopes.length)).sigmoid();
    return missed.mul(Tensor.of(weights, weights.length)).mean();
  }
}
