package dev.tesuji.play;

import dev.tesuji.check.Require;

/// How long to think: whichever limit is met first binds.
///
/// @param visits the most visits of a search; 0 for no limit of visits
/// @param seconds the most seconds; 0 for no limit of time
public record Limits(int visits, double seconds) {
  /// No limits.
  public static final Limits NONE = new Limits(0, 0);

  /// Checks the ranges.
  public Limits {
    Require.atLeast(0, "visits", visits);
    Require.that(seconds >= 0 && seconds < 1e9, "seconds", "from 0 to 10^9", seconds);
  }

  /// Returns a limit of visits alone.
  public static Limits ofVisits(int visits) {
    return new Limits(visits, 0);
  }

  /// Returns these limits with at most so many seconds.
  public Limits within(double most) {
    return new Limits(visits, seconds == 0 ? most : Math.min(seconds, most));
  }
}
