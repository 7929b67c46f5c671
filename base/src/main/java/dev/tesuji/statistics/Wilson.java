package dev.tesuji.statistics;

/// The interval of [Wilson](https://doi.org/10.1080/01621459.1927.10502953) for a share of
/// independent trials.
public final class Wilson {
  private static final double Z = 1.959963984540054; // two-sided 95 %

  private Wilson() {}

  /// Estimates a share with its 95 % interval.
  ///
  /// @param successes how many trials went well
  /// @param trials how many there were, at least one
  /// @throws IllegalArgumentException when there were none, or fewer than successes
  public static Interval interval(long successes, long trials) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "successes must be from 0 to trials, which must be at least 1, got "
              + successes
              + " of "
              + trials);
    }
    double share = (double) successes / trials;
    double squared = Z * Z / trials;
    double centre = (share + squared / 2) / (1 + squared);
    double half =
        Z / (1 + squared) * Math.sqrt(share * (1 - share) / trials + squared / 4 / trials);
    return new Interval(share, Math.max(0, centre - half), Math.min(1, centre + half));
  }
}
