package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;
import java.io.Serializable;

/// The quantity that is minimised per token in place of the expected reward: plain data, so that
/// another process can compute it.
public interface Surrogate extends Serializable {
  /// Returns the loss per token, `[n]`.
  ///
  /// @param tokens log π, `[n]`, with gradient
  /// @param logRatio log ρ = log π - log π_old, `[n]`, with gradient
  /// @param advantages A, `[n]`
  Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages);

  /// Measures how much of it was cut off.
  ///
  /// @param metrics takes the shares
  /// @param logRatios log ρ, `[N]`
  /// @param advantages A, `[N]`
  default void measure(MetricAccumulator metrics, double[] logRatios, float[] advantages) {}

  /// Tests whether an algorithm puts the sampler's weights into the loss by itself, so that they
  /// are not multiplied with it once more.
  default boolean weighsSampler() {
    return false;
  }

  /// Sets the settings that every step's metrics repeat, such as the clip range.
  default void describe(Metrics metrics) {}
}
