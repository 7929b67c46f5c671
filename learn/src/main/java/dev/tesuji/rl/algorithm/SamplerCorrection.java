package dev.tesuji.rl.algorithm;

import dev.tesuji.check.Require;
import dev.tesuji.generate.Sampling;
import dev.tesuji.policy.SamplerPrecision;
import java.util.Arrays;

/// How a sampler is corrected that gives other probabilities than the policy that is trained: one
/// that filters (top-k, top-p, min-p), penalises repetition, computes in another precision, or has
/// weights that are some steps old.
///
/// A token drawn by the sampler with probability μ stands in the loss for tokens of the policy,
/// which has π_old, once it weighs π_old / μ ([Yao et al.,
/// 2025](https://fengyao.notion.site/off-policy-rl)). Completions that are too unlikely under the
/// one or the other can be left out instead.
///
/// Where the sampler's weights are older than the policy's, π_old is the policy as it begins with
/// the batch, the proximal policy of [AReaL](https://arxiv.org/abs/2505.24298)'s decoupled loss:
/// ratios within the step are taken against it, and the weight carries the rest of the way back to
/// the sampler.
///
/// Weights cannot speak for tokens that a filter never lets through: the policy keeps what
/// probability they had. `recipes/r1-zero.yaml` under top-p 0.9 ends at 0.99 drawn as in training
/// and at 0.87 drawn plainly, with the correction as without (plain sampling: 0.97).
///
/// @param weights what is weighed; `auto` is `token` where the sampler is not the plain policy, and
///   `none` where it is
/// @param low the least that a weight may be
/// @param high the most that a weight may be (verl: 2)
/// @param rejection what is left out when its ratio leaves a range
/// @param rejectBelow the low end of that range; 0 for 1 / `rejectAbove`, as in verl
/// @param rejectAbove its high end
public record SamplerCorrection(
    Weights weights,
    double low,
    double high,
    Rejection rejection,
    double rejectBelow,
    double rejectAbove) {
  /// Tokens are weighed, up to 2, where the sampler is not the plain policy.
  public static final SamplerCorrection DEFAULT =
      new SamplerCorrection(Weights.AUTO, 0, 2, Rejection.NONE, 0, 2);

  /// No correction, whatever the sampler.
  public static final SamplerCorrection NONE =
      new SamplerCorrection(Weights.NONE, 0, 2, Rejection.NONE, 0, 2);

  private static final double MOST_LOG = 20; // of ratios, so that none is infinite

  /// The unit that is weighed with π_old / μ.
  public enum Weights {
    /// Tokens, where the sampler is not the plain policy.
    AUTO,
    /// Nothing.
    NONE,
    /// Each token with its own ratio: biased, of small variance.
    TOKEN,
    /// Each completion with the product over its tokens: unbiased but for the bounds, of large
    /// variance.
    SEQUENCE
  }

  /// The unit that is left out when its ratio leaves the range.
  public enum Rejection {
    /// Nothing.
    NONE,
    /// Tokens, by their own ratios.
    TOKEN,
    /// Completions, by the product over their tokens.
    SEQUENCE,
    /// Completions, by the geometric mean over their tokens.
    GEOMETRIC
  }

  /// The factors on a completion's tokens.
  ///
  /// @param weights π_old / μ within its bounds, `[T]`
  /// @param kept 1, or 0 for what is left out, `[T]`
  public record Factors(double[] weights, double[] kept) {}

  /// Checks the ranges.
  public SamplerCorrection {
    Require.that(low >= 0 && low <= 1, "low", "from 0 to 1 (a sampler that agrees has 1)", low);
    Require.that(high >= 1, "high", "at least 1 (a sampler that agrees has 1)", high);
    Require.that(rejectBelow >= 0 && rejectBelow < 1, "rejectBelow", "from 0 to 1", rejectBelow);
    Require.that(rejectAbove > 1, "rejectAbove", "above 1", rejectAbove);
  }

  /// Weighs tokens or completions, up to a bound.
  public static SamplerCorrection of(Weights weights, double high) {
    return new SamplerCorrection(weights, 0, high, Rejection.NONE, 0, 2);
  }

  /// Chooses for a sampler of the policy's own precision, where that is left open.
  ///
  /// @throws IllegalArgumentException when the sampler penalises and nothing corrects it
  public SamplerCorrection resolved(Sampling sampling) {
    return resolved(sampling, SamplerPrecision.SAME);
  }

  /// Chooses for a sampler where that is left open.
  ///
  /// @param precision of the sampler and of the policy that is trained
  /// @throws IllegalArgumentException when the sampler penalises and nothing corrects it
  public SamplerCorrection resolved(Sampling sampling, SamplerPrecision precision) {
    return resolved(sampling, precision, false);
  }

  /// Chooses for a sampler where that is left open.
  ///
  /// @param precision of the sampler and of the policy that is trained
  /// @param lags whether the sampler's weights may be older than the policy's
  /// @throws IllegalArgumentException when the sampler penalises and nothing corrects it
  public SamplerCorrection resolved(Sampling sampling, SamplerPrecision precision, boolean lags) {
    boolean plain = sampling.isPlain() && precision.isSame() && !lags;
    Weights chosen = weights != Weights.AUTO ? weights : plain ? Weights.NONE : Weights.TOKEN;
    Require.that(
        sampling.repetitionPenalty() == 1 || chosen != Weights.NONE,
        "samplerCorrection.weights",
        "token or sequence with a repetition penalty, which draws from another distribution than"
            + " the one that is trained",
        "none");
    return new SamplerCorrection(chosen, low, high, rejection, rejectBelow, rejectAbove);
  }

  /// Tests whether, once [#resolved], anything is weighed or left out.
  public boolean isOn() {
    return weights == Weights.TOKEN || weights == Weights.SEQUENCE || rejection != Rejection.NONE;
  }

  /// Returns the low end of the range of ratios that stay.
  double lowEnd() {
    return rejectBelow == 0 ? 1 / rejectAbove : rejectBelow;
  }

  /// Returns the factors on a completion's tokens.
  ///
  /// @param old log π_old, `[T]`
  /// @param sampler log μ, `[T]`
  public Factors factors(float[] old, float[] sampler) {
    double[] ratios = new double[old.length];
    for (int t = 0; t < ratios.length; t++) {
      ratios[t] = ratio((double) old[t] - sampler[t]);
    }
    double sum = SequenceRatio.sumLog(old, sampler);
    double[] factors =
        switch (weights) {
          case AUTO, NONE -> filled(old.length, 1);
          case TOKEN -> Arrays.stream(ratios).map(r -> Math.clamp(r, low, high)).toArray();
          case SEQUENCE -> filled(old.length, Math.clamp(ratio(sum), low, high));
        };
    double[] kept =
        switch (rejection) {
          case NONE -> filled(old.length, 1);
          case TOKEN -> Arrays.stream(ratios).map(this::kept).toArray();
          case SEQUENCE -> filled(old.length, kept(ratio(sum)));
          case GEOMETRIC -> filled(old.length, kept(ratio(sum / Math.max(1, old.length))));
        };
    return new Factors(factors, kept);
  }

  private double kept(double ratio) {
    return ratio >= lowEnd() && ratio <= rejectAbove ? 1 : 0;
  }

  /// Returns the exponential of a logarithm within ±20.
  static double ratio(double log) {
    return Math.exp(Math.clamp(log, -MOST_LOG, MOST_LOG));
  }

  private static double[] filled(int n, double value) {
    double[] out = new double[n];
    Arrays.fill(out, value);
    return out;
  }
}
