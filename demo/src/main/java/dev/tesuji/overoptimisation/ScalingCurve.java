package dev.tesuji.overoptimisation;

import java.util.Optional;

/// How a gold reward goes with d, the square root of the policy's KL divergence from where it
/// started (Section 3.1 of [Gao et al.](https://arxiv.org/abs/2210.10760)).
///
/// @param way how the proxy was optimised, which decides the form
/// @param alpha α, the slope near the start
/// @param beta β, how the slope falls
public record ScalingCurve(Way way, double alpha, double beta) {
  /// How a proxy is optimised.
  public enum Way {
    /// R(d) = d (α - β d).
    BEST_OF_N,
    /// R(d) = d (α - β log d).
    REINFORCEMENT;

    private double bend(double d) {
      return switch (this) {
        case BEST_OF_N -> d * d;
        case REINFORCEMENT -> d * Math.log(d);
      };
    }
  }

  /// Fits α and β by least squares.
  ///
  /// @param d distances; those of 0 say nothing, as R(0) = 0
  /// @param rewards the gold reward at each, 0 at the start
  /// @return nothing where fewer than two different distances are above 0
  public static Optional<ScalingCurve> fit(Way way, double[] d, double[] rewards) {
    double aa = 0;
    double ab = 0;
    double bb = 0;
    double ar = 0;
    double br = 0;
    for (int i = 0; i < d.length; i++) {
      if (d[i] > 0) {
        double bend = -way.bend(d[i]);
        aa += d[i] * d[i];
        ab += d[i] * bend;
        bb += bend * bend;
        ar += d[i] * rewards[i];
        br += bend * rewards[i];
      }
    }
    double determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-9 * aa * bb)) {
      return Optional.empty();
    }
    return Optional.of(
        new ScalingCurve(
            way, (bb * ar - ab * br) / determinant, (aa * br - ab * ar) / determinant));
  }

  /// Returns R(d).
  public double at(double d) {
    return d == 0 ? 0 : alpha * d - beta * way.bend(d);
  }

  /// Returns the d of the highest R; nothing where the curve has no peak.
  public Optional<Double> peak() {
    return switch (way) {
      case BEST_OF_N -> alpha > 0 && beta > 0 ? Optional.of(alpha / (2 * beta)) : Optional.empty();
      case REINFORCEMENT -> beta > 0 ? Optional.of(Math.exp(alpha / beta - 1)) : Optional.empty();
    };
  }
}
