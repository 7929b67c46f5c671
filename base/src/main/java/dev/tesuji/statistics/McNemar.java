package dev.tesuji.statistics;

/// The exact test of [McNemar](https://doi.org/10.1007/BF02295996): two ways of answering the same
/// questions, of which only those count that they answer differently.
public final class McNemar {
  private McNemar() {}

  /// Returns how probable a difference this large would be if neither way were better: two-sided,
  /// from the binomial distribution.
  ///
  /// @param onlyFirst questions that only the first way answers rightly
  /// @param onlySecond questions that only the second way answers rightly
  /// @throws IllegalArgumentException when one is below 0
  public static double exact(long onlyFirst, long onlySecond) {
    if (onlyFirst < 0 || onlySecond < 0) {
      throw new IllegalArgumentException(
          "counts must be at least 0, got " + onlyFirst + " and " + onlySecond);
    }
    long n = onlyFirst + onlySecond;
    long fewer = Math.min(onlyFirst, onlySecond);
    double logTerm = -n * Math.log(2); // of C(n, 0) / 2^n
    double tail = 0;
    for (long i = 0; i <= fewer; i++) {
      tail += Math.exp(logTerm);
      logTerm += Math.log((double) (n - i) / (i + 1));
    }
    return Math.min(1, 2 * tail);
  }
}
