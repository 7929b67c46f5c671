package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;

/// What is minimised per token in place of the expected reward.
public interface Surrogate {
  /// Returns the loss per token, `[n]`.
  ///
  /// @param tokens log π, `[n]`, with gradient
  /// @param old the log-probabilities that ratios are taken against, `[n]`
  /// @param advantages A, `[n]`
  Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages);

  /// Measures how much of it was cut off.
  ///
  /// @param logProbs log π, `[N]`
  /// @param old the log-probabilities that ratios are taken against, `[N]`
  /// @param advantages A, `[N]`
  default void measure(Means means, float[] logProbs, float[] old, float[] advantages) {}
}
