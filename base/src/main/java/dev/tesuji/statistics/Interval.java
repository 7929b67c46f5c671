package dev.tesuji.statistics;

import java.util.Arrays;

/// A mean with its 95 % confidence interval.
///
/// @param mean the mean over problems, or over runs
/// @param low the interval's lower end
/// @param high the interval's upper end
public record Interval(double mean, double low, double high) {
  private static final double Z = 1.959964; // two-sided 95 %

  /// Estimates the mean of a share in [0, 1] from one value per problem.
  ///
  /// The interval is that of the mean over problems (samples of one problem are not independent),
  /// widened as Agresti and Coull do by two successes and two failures, so that it is never empty.
  ///
  /// @throws IllegalArgumentException when there are no values
  public static Interval of(double[] values) {
    int n = values.length;
    if (n == 0) {
      throw new IllegalArgumentException("an interval needs at least one value");
    }
    double sum = 0;
    double squares = 0;
    for (double v : values) {
      sum += v;
      squares += v * v;
    }
    double mean = sum / n;
    double m = n + 4.0;
    double centre = (sum + 2) / m;
    double variance = Math.max(0, (squares + 2) / m - centre * centre);
    double half = Z * Math.sqrt(variance / m);
    return new Interval(mean, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /// Estimates what an accuracy comes to in the mean over runs, from some runs that differ only in
  /// their seeds: Student's t, cut to [0, 1].
  ///
  /// @return the whole of [0, 1] around a single run, of which one cannot know
  /// @throws IllegalArgumentException when there are no runs
  public static Interval overRuns(double[] accuracies) {
    Interval whole = ofMean(accuracies);
    return new Interval(whole.mean(), Math.max(0, whole.low()), Math.min(1, whole.high()));
  }

  /// Estimates the mean of a quantity of any range from some values of it: Student's t.
  ///
  /// @return all numbers around a single value, of which one cannot know
  /// @throws IllegalArgumentException when there are no values
  public static Interval ofMean(double[] values) {
    int n = values.length;
    if (n == 0) {
      throw new IllegalArgumentException("an interval needs at least one value");
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    if (n == 1) {
      return new Interval(mean, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double half = StudentT.halfWidth(values);
    return new Interval(mean, mean - half, mean + half);
  }
}
