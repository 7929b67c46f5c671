package dev.tesuji.statistics;

import java.util.Arrays;

/// Student's t distribution with a whole number of degrees of freedom.
public final class StudentT {
  private static final double ACCURACY = 1e-12;

  private StudentT() {}

  /// Returns half the width of the 95 % interval of a mean over runs: t s / √n.
  ///
  /// @param values one per run, two or more
  public static double halfWidth(double[] values) {
    int n = values.length;
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return quantile(0.975, n - 1) * Math.sqrt(squares / (n - 1) / n);
  }

  /// Returns the t below which a share of the distribution lies.
  ///
  /// @param share at least 0.5 and below 1
  /// @param freedom ν, at least 1
  static double quantile(double share, int freedom) {
    double low = 0;
    double high = 1;
    while (below(high, freedom) < share) {
      high *= 2;
    }
    while (high - low > ACCURACY * high) {
      double middle = (low + high) / 2;
      if (below(middle, freedom) < share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /// Returns the share below t ≥ 0: half of 1 + A(t | ν), Eq. 26.7.3 and 26.7.4 of [Abramowitz and
  /// Stegun](https://personal.math.ubc.ca/~cbm/aands/page_948.htm).
  static double below(double t, int freedom) {
    double angle = Math.atan(t / Math.sqrt(freedom));
    double squared = Math.cos(angle) * Math.cos(angle);
    boolean odd = freedom % 2 == 1;
    double term = odd ? Math.cos(angle) : 1;
    double sum = 0;
    for (int k = odd ? 1 : 0; k <= freedom - 2; k += 2) {
      sum += term;
      term *= squared * (k + 1) / (k + 2);
    }
    double between = odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
    return (1 + between) / 2;
  }
}
