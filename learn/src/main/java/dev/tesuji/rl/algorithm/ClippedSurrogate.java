package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;

/// The clipped surrogate of [PPO](https://arxiv.org/abs/1707.06347), Eq. 7, with two clip ranges as
/// in [DAPO](https://arxiv.org/abs/2503.14476), a bound on the ratio itself as in
/// [INTELLECT-2](https://arxiv.org/abs/2505.07291), and a bound on losses of negative advantages,
/// the dual clip of [Ye et al., 2019](https://arxiv.org/abs/1912.09729), Eq. 5:
///
/// ```
/// ρ = π / π_old        loss = -min(min(ρ, δ) A, clip(ρ, 1 - ε_low, 1 + ε_high) A)
/// A < 0:               loss = min(loss, -c A)
/// ```
///
/// @param clipLow ε_low: ratios below 1 - ε_low are clipped
/// @param clipHigh ε_high: ratios above 1 + ε_high are clipped
/// @param bound δ, the most that a ratio may be; 0 for no bound
/// @param dualClip c, the ratio beyond which a token with a negative advantage has no gradient
///   (verl: 3); 0 for none
public record ClippedSurrogate(double clipLow, double clipHigh, double bound, double dualClip)
    implements Surrogate {
  /// PPO's 0.2 to both sides, without a bound.
  public static final ClippedSurrogate DEFAULT = new ClippedSurrogate(0.2, 0.2);

  /// Makes one without bounds.
  public ClippedSurrogate(double clipLow, double clipHigh) {
    this(clipLow, clipHigh, 0, 0);
  }

  /// Checks the ranges.
  public ClippedSurrogate {
    Require.that(clipLow >= 0, "clipLow", "at least 0", clipLow);
    Require.that(clipHigh >= 0, "clipHigh", "at least 0", clipHigh);
    Require.that(bound == 0 || bound > 1, "bound", "above 1, or 0 for no bound", bound);
    Require.that(dualClip == 0 || dualClip > 1, "dualClip", "above 1, or 0 for none", dualClip);
  }

  @Override
  public Tensor perToken(Policy.Tokens tokens, Tensor logRatio, Tensor advantages) {
    Tensor ratio = logRatio.exp();
    Tensor clipped = ratio.clamp(1 - clipLow, 1 + clipHigh);
    Tensor free = bound > 0 ? ratio.clamp(0, bound) : ratio;
    Tensor loss = free.mul(advantages).minimum(clipped.mul(advantages)).neg();
    return dualClip == 0
        ? loss
        : Tensor.where(advantages.lt(0), loss.minimum(advantages.mul(-dualClip)), loss);
  }

  /// Adds the shares of ratios that left the clip range on the side where that matters.
  @Override
  public void measure(MetricAccumulator metrics, double[] logRatios, float[] advantages) {
    int below = 0;
    int above = 0;
    int dual = 0;
    for (int i = 0; i < logRatios.length; i++) {
      double ratio = Math.exp(logRatios[i]);
      below += ratio < 1 - clipLow && advantages[i] < 0 ? 1 : 0;
      above += ratio > 1 + clipHigh && advantages[i] > 0 ? 1 : 0;
      dual += dualClip > 0 && ratio > dualClip && advantages[i] < 0 ? 1 : 0;
    }
    metrics.add("clip_ratio/low_mean", below, logRatios.length);
    metrics.add("clip_ratio/high_mean", above, logRatios.length);
    metrics.add("clip_ratio/region_mean", below + above, logRatios.length);
    if (dualClip > 0) {
      metrics.add("clip_ratio/dual_mean", dual, logRatios.length);
    }
  }

  @Override
  public void describe(Metrics metrics) {
    metrics.put("clip_range/low", clipLow).put("clip_range/high", clipHigh);
  }
}
