package dev.tesuji.rl.grpo;

import java.util.Arrays;

/// What whole completions, or whole updates, say about how much a token weighs: pure functions of
/// numbers, without gradient.
public final class SequenceWeights {
  private static final double LEAST_LOG = Math.log(1e-8); // TRL's bounds on log w
  private static final double MOST_LOG = 20;

  private SequenceWeights() {}

  /// Returns the mean of log π - log π_old over a completion's tokens, the logarithm of GSPO's
  /// ratio: Eq. 7 of [GSPO](https://arxiv.org/abs/2507.18071).
  public static double meanLogRatio(float[] logProbs, float[] old) {
    double sum = 0;
    for (int t = 0; t < old.length; t++) {
      sum += (double) logProbs[t] - old[t];
    }
    return sum / Math.max(1, old.length);
  }

  /// Returns what a token's ratio must be taken against so that it has the value of its
  /// completion's ratio and the right gradient: log π̄ - log s̄.
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

  /// Says whether a completion stays in the loss although the policy has moved away from it: those
  /// with a negative advantage do not beyond a threshold
  /// ([DeepSeek-V3.2](https://arxiv.org/abs/2512.02556)).
  public static boolean isKept(double advantage, float[] logProbs, float[] old, double threshold) {
    return advantage >= 0 || -meanLogRatio(logProbs, old) <= threshold;
  }

  /// Returns φ(w) = exp(λ) w^k exp(-λ w) of the ratio w of a whole sequence, the product over its
  /// tokens: 1 at w = 1 and falling to both sides ([VESPO](https://arxiv.org/abs/2602.10693)).
  ///
  /// @param sampler π_old / π_sampler of its tokens; empty without a correction
  public static double gamma(
      double advantage, float[] logProbs, float[] old, double[] sampler, Ratio.Soft soft) {
    double log = 0;
    for (int t = 0; t < old.length; t++) {
      log += Math.clamp((double) logProbs[t] - old[t], -MOST_LOG, MOST_LOG);
    }
    for (double s : sampler) {
      log += Math.clamp(Math.log(s), LEAST_LOG, MOST_LOG);
    }
    log = Math.clamp(log, LEAST_LOG, MOST_LOG);
    double shape = advantage >= 0 ? soft.positiveShape() : soft.negativeShape();
    double rate = advantage >= 0 ? soft.positiveRate() : soft.negativeRate();
    return Math.exp(rate + shape * log - rate * Math.exp(log));
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
