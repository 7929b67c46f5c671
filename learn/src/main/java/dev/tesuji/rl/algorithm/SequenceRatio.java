package dev.tesuji.rl.algorithm;

/// Ratios of whole completions, the product of their tokens' ratios or its geometric mean, spread
/// over their tokens: shared by GSPO and RLOO.
///
/// A ratio s of a completion depends on all of its tokens. The gradient of f(s) is f'(s) s ∂log s,
/// and log s is a sum over tokens, so the same gradient comes from the token-wise
///
/// ```
/// s_t = s̄ exp(log π(y_t) - log π̄(y_t))            (the bar: without gradient)
/// ```
///
/// once s̄ is known: the token's ratio against log π̄ - log s̄ in place of log π_old.
public final class SequenceRatio {
  private SequenceRatio() {}

  /// Returns Σ_t (log π - log π_old) of a completion, the logarithm of its product of ratios.
  public static double sumLog(float[] logProbs, float[] old) {
    double sum = 0;
    for (int t = 0; t < old.length; t++) {
      sum += (double) logProbs[t] - old[t];
    }
    return sum;
  }

  /// Returns the mean of log π - log π_old over a completion's tokens, the logarithm of GSPO's
  /// ratio: Eq. 7 of [GSPO](https://arxiv.org/abs/2507.18071).
  public static double meanLog(float[] logProbs, float[] old) {
    return sumLog(logProbs, old) / Math.max(1, old.length);
  }

  /// Returns the log-probabilities that a token's ratio must be taken against to have the value of
  /// its completion's ratio and the right gradient: log π̄ - log s̄.
  ///
  /// @param logProbs log π̄, as it is before the update
  /// @param logRatio log s̄
  public static float[] shifted(float[] logProbs, double logRatio) {
    float[] out = new float[logProbs.length];
    for (int t = 0; t < out.length; t++) {
      out[t] = (float) (logProbs[t] - logRatio);
    }
    return out;
  }
}
