package dev.tesuji.policy;

import dev.tesuji.tensor.Tensor;

/// Estimators of KL(policy || reference) from the log-probabilities of sampled tokens ([Schulman,
/// 2020](http://joschu.net/blog/kl-approx.html)), with d = log π_ref - log π.
///
/// In a reward their values count, in a loss their gradients, with tokens drawn from the policy:
///
/// ```
/// estimator   value          gradient            its mean
/// k1          -d             ∂log π              0: it holds nothing
/// k2          d² / 2         -d ∂log π           that of KL(π ‖ π_ref)
/// k3          e^d - d - 1    (1 - e^d) ∂log π    that of KL(π_ref ‖ π)
/// k3_plus     e^d - d - 1    -d ∂log π           that of KL(π ‖ π_ref)
/// ```
public enum KlEstimator {
  /// -d: unbiased, and negative for half of the tokens. For rewards only.
  K1,
  /// d² / 2: biased, never negative, with the gradient of the KL.
  K2,
  /// exp(d) - d - 1: unbiased and never negative; GRPO's.
  K3,
  /// The value of k3 with the gradient of k2, as verl's `k3+`. For losses only.
  K3_PLUS;

  /// Returns the estimate per token.
  ///
  /// @param logProbs log π, `[N]`
  /// @param reference log π_ref, `[N]`
  public Tensor perToken(Tensor logProbs, Tensor reference) {
    Tensor d = reference.sub(logProbs);
    return switch (this) {
      case K1 -> d.neg();
      case K2 -> d.square().mul(0.5);
      case K3 -> d.exp().sub(d).sub(1);
      case K3_PLUS -> {
        Tensor k2 = d.square().mul(0.5);
        Tensor fixed = d.detach();
        yield k2.sub(k2.detach()).add(fixed.exp().sub(fixed).sub(1));
      }
    };
  }

  /// Returns the estimate of one token.
  ///
  /// @param logProb log π
  /// @param reference log π_ref
  public double of(double logProb, double reference) {
    double d = reference - logProb;
    return switch (this) {
      case K1 -> -d;
      case K2 -> d * d / 2;
      case K3, K3_PLUS -> Math.exp(d) - d - 1;
    };
  }

  /// Returns the sum of the estimates of a completion's tokens.
  ///
  /// @param logProbs log π, `[T]`
  /// @param reference log π_ref, `[T]`
  public double sum(float[] logProbs, float[] reference) {
    double sum = 0;
    for (int t = 0; t < logProbs.length; t++) {
      sum += of(logProbs[t], reference[t]);
    }
    return sum;
  }
}
