package dev.tesuji.rl.rloo;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.tensor.Tensor;

/// The clipped surrogate of whole completions, spread over their tokens.
///
/// The ratio of a completion of n tokens is the product of its tokens' ratios: the n-th power of
/// their geometric mean, which [SequenceRatio] spreads over the tokens. So
///
/// ```
/// s_t = exp(n (log π(y_t) - c_t))          c_t = log π̄(y_t) - (1/n) Σ (log π̄ - log π_old)
/// ```
///
/// (the bar: as it is before the update) has the value of the product and, in the mean over the
/// tokens, its gradient.
///
/// @param clipped the clip ranges
/// @param lengths n of each token's completion, `[N]`
record RlooLoss(ClippedSurrogate clipped, float[] lengths) implements Surrogate {
  @Override
  public Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages) {
    return clipped.perToken(tokens, logRatio.mul(tokens.of(lengths)), advantages);
  }

  @Override
  public void measure(MetricAccumulator metrics, double[] logRatios, float[] advantages) {
    for (int i = 0; i < logRatios.length; i += (int) lengths[i]) {
      double whole = lengths[i] * logRatios[i];
      clipped.measure(metrics, new double[] {whole}, new float[] {advantages[i]});
    }
  }
}
