package dev.tesuji.agreement;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// Kendall's coefficient of concordance W: how far m people rank n things alike.
public final class Concordance {
  private Concordance() {}

  /// Measures agreement, corrected for ties: `W = (12 Σ R_i² - 3 m² n (n + 1)²) / (m² n (n² - 1) -
  /// m Σ T_j)` with R_i the sum of a thing's ranks, and T_j = Σ (t³ - t) over the ties of a person.
  ///
  /// @param scores `[m][n]`, what each person gave to each thing; equal scores are ties
  /// @return from 0 to 1; none for fewer than two people or things, or where everybody ties all
  public static OptionalDouble of(List<double[]> scores) {
    int m = scores.size();
    int n = m == 0 ? 0 : scores.getFirst().length;
    if (m < 2 || n < 2) {
      return OptionalDouble.empty();
    }
    double[] sums = new double[n];
    double ties = 0;
    for (double[] person : scores) {
      if (person.length != n) {
        throw new IllegalArgumentException(
            "each person must rank all " + n + " things, got " + person.length);
      }
      double[] ranks = ranks(person);
      for (int i = 0; i < n; i++) {
        sums[i] += ranks[i];
      }
      ties += ties(person);
    }
    double squares = Arrays.stream(sums).map(r -> r * r).sum();
    double above = 12 * squares - 3.0 * m * m * n * (n + 1) * (n + 1);
    double below = (double) m * m * n * ((double) n * n - 1) - m * ties;
    return below == 0 ? OptionalDouble.empty() : OptionalDouble.of(above / below);
  }

  /// Returns ranks from 1 for the smallest; ties share the mean of theirs.
  static double[] ranks(double[] scores) {
    double[] ranks = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      int below = 0;
      int equal = 0;
      for (double other : scores) {
        below += other < scores[i] ? 1 : 0;
        equal += other == scores[i] ? 1 : 0;
      }
      ranks[i] = below + (equal + 1) / 2.0;
    }
    return ranks;
  }

  private static double ties(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double sum = 0;
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      double t = to - from;
      sum += t * t * t - t;
      from = to;
    }
    return sum;
  }
}
