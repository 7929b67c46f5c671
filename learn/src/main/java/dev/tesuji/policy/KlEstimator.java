package dev.tesuji.policy;

import dev.tesuji.tensor.Tensor;

/// Estimators of KL(policy || reference) from the log-probabilities of sampled tokens ([Schulman,
/// 2020](http://joschu.net/blog/kl-approx.html)), with d = log π_ref - log π.
public enum KlEstimator {
  /// -d: unbiased, and negative for half of the tokens.
  K1,
  /// d² / 2: biased, never negative.
  K2,
  /// exp(d) - d - 1: unbiased and never negative; GRPO's.
  K3;

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
      case K3 -> Math.exp(d) - d - 1;
    };
  }
}
