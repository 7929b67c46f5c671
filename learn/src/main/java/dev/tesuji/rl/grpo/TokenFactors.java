package dev.tesuji.rl.grpo;

import dev.tesuji.rl.algorithm.SequenceRatio;
import java.util.Arrays;

/// Factors on a token's weight that depend on its whole completion, or on the whole update: pure
/// functions of numbers, without gradient.
public final class TokenFactors {
  private TokenFactors() {}

  /// Tests whether a completion stays in the loss although the policy has moved away from it: those
  /// with a negative advantage do not beyond a threshold
  /// ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)).
  public static boolean isKept(double advantage, float[] logProbs, float[] old, double threshold) {
    return advantage >= 0 || -SequenceRatio.meanLog(logProbs, old) <= threshold;
  }

  /// Returns the weight of each of a completion's tokens against a sampler that gives other
  /// probabilities ([Yao et al., 2025](https://fengyao.notion.site/off-policy-rl)).
  ///
  /// @param old log π_old
  /// @param sampler log π_sampler
  /// @param most the most that a weight may be
  public static double[] sampler(
      float[] old, float[] sampler, Ratio.Sampler correction, double most) {
    double[] weights = new double[old.length];
    double product = 0;
    for (int t = 0; t < weights.length; t++) {
      weights[t] = (double) old[t] - sampler[t];
      product += weights[t];
    }
    for (int t = 0; t < weights.length; t++) {
      weights[t] =
          switch (correction) {
            case NONE -> 1;
            case TOKEN_TRUNCATE -> Math.min(Math.exp(weights[t]), most);
            case TOKEN_MASK -> orZero(Math.exp(weights[t]), most);
            case SEQUENCE_TRUNCATE -> Math.min(Math.exp(product), most);
            case SEQUENCE_MASK -> orZero(Math.exp(product), most);
          };
    }
    return weights;
  }

  private static double orZero(double weight, double most) {
    return weight > most ? 0 : weight;
  }

  /// Returns the entropy that the top share of tokens reach: the (1 - share) quantile, interpolated
  /// linearly between neighbours as in `torch.quantile`.
  public static double entropyThreshold(float[] entropies, double share) {
    float[] sorted = entropies.clone();
    Arrays.sort(sorted);
    double place = (1 - share) * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * ((double) sorted[above] - sorted[below]);
  }
}
