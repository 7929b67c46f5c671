package dev.tesuji.rl.rloo;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Surrogate;
import dev.tesuji.tensor.Tensor;

/// The clipped surrogate of whole completions, spread over their tokens.
///
/// The ratio of a completion of n tokens is the product of its tokens' ratios. Written for each
/// token as
///
/// ```
/// s_t = exp(n (log π(y_t) - c_t))          c_t = log π̄(y_t) - (1/n) Σ (log π̄ - log π_old)
/// ```
///
/// (the bar: as it is before the update), it has the value of the product and, in the mean over the
/// tokens, its gradient.
///
/// @param clipped the clip ranges
/// @param lengths n of each token's completion, `[N]`
record RlooLoss(ClippedSurrogate clipped, float[] lengths) implements Surrogate {
  @Override
  public Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages) {
    Tensor ratio = tokens.logProbs().sub(old).mul(tokens.of(lengths)).exp();
    return clipped.of(ratio, advantages);
  }

  @Override
  public void measure(Means means, float[] logProbs, float[] old, float[] advantages) {
    for (int i = 0; i < logProbs.length; i += (int) lengths[i]) {
      double ratio = Math.exp(lengths[i] * ((double) logProbs[i] - old[i]));
      clipped.measure(means, new double[] {ratio}, new float[] {advantages[i]});
    }
  }
}
