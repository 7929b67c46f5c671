package dev.tesuji.statistics;

import java.util.Arrays;

/// The mean difference between two measurements over runs that made both: two stages of one run
/// share its seed, so their difference varies less than either.
///
/// @param difference the mean of the second less the first
/// @param low the lower end of its 95 % interval, Student's t
/// @param high the upper end
/// @param p how probable a mean difference this far from 0 would be if there were none (two-sided
///   paired t-test)
public record Paired(double difference, double low, double high, double p) {
  private static final double LEVEL = 0.05;

  /// Compares measurements run by run.
  ///
  /// @param first one per run
  /// @param second one per run, in the same order
  /// @throws IllegalArgumentException when there are fewer than two runs, or not as many of each
  public static Paired of(double[] first, double[] second) {
    int n = first.length;
    if (n < 2 || second.length != n) {
      throw new IllegalArgumentException(
          "a paired test needs two or more runs with both measurements, got "
              + n
              + " and "
              + second.length);
    }
    double[] differences = new double[n];
    Arrays.setAll(differences, i -> second[i] - first[i]);
    double mean = Arrays.stream(differences).average().orElseThrow();
    double half = StudentT.halfWidth(differences);
    double t = Math.abs(mean) / half * StudentT.quantile(1 - LEVEL / 2, n - 1);
    double p = mean == 0 ? 1 : 2 * (1 - StudentT.below(t, n - 1));
    return new Paired(mean, mean - half, mean + half, p);
  }

  /// Returns whether the difference is significant at 5 %: the interval leaves 0 out.
  public boolean isSignificant() {
    return p < LEVEL;
  }
}
