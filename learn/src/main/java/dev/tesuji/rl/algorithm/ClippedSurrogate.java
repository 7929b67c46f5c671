package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import dev.tesuji.tensor.Tensor;

/// The clipped surrogate of [PPO](https://arxiv.org/abs/1707.06347), Eq. 7, with two clip ranges as
/// in [DAPO](https://arxiv.org/abs/2503.14476) and, for losses, a bound on the ratio itself as in
/// [INTELLECT-2](https://arxiv.org/abs/2505.07291):
///
/// ```
/// ρ = π / π_old        loss = -min(min(ρ, δ) A, clip(ρ, 1 - ε_low, 1 + ε_high) A)
/// ```
///
/// @param low ε_low
/// @param high ε_high
/// @param most δ; 0 for no bound
public record ClippedSurrogate(double low, double high, double most) implements Surrogate {
  /// Makes the usual one, without a bound.
  public ClippedSurrogate(double low, double high) {
    this(low, high, 0);
  }

  @Override
  public Tensor perToken(Policy.Tokens tokens, Tensor old, Tensor advantages) {
    return of(tokens.logProbs().sub(old).exp(), advantages);
  }

  /// Returns the loss of ratios.
  ///
  /// @param ratio ρ, `[n]`
  public Tensor of(Tensor ratio, Tensor advantages) {
    Tensor clipped = ratio.clamp(1 - low, 1 + high);
    Tensor free = most > 0 ? ratio.clamp(0, most) : ratio;
    return free.mul(advantages).minimum(clipped.mul(advantages)).neg();
  }

  @Override
  public void measure(Means means, float[] logProbs, float[] old, float[] advantages) {
    double[] ratios = new double[logProbs.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Math.exp((double) logProbs[i] - old[i]);
    }
    measure(means, ratios, advantages);
  }

  /// Adds the shares of ratios that left the clip range on the side where that matters.
  public void measure(Means means, double[] ratios, float[] advantages) {
    int below = 0;
    int above = 0;
    for (int i = 0; i < ratios.length; i++) {
      below += ratios[i] < 1 - low && advantages[i] < 0 ? 1 : 0;
      above += ratios[i] > 1 + high && advantages[i] > 0 ? 1 : 0;
    }
    means.add("clip_ratio/low_mean", below, ratios.length);
    means.add("clip_ratio/high_mean", above, ratios.length);
    means.add("clip_ratio/region_mean", below + above, ratios.length);
  }
}
