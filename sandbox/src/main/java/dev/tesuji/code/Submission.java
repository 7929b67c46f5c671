package dev.tesuji.code;

import dev.tesuji.check.Require;

/// A program to grade.
///
/// @param language its language
/// @param program its text
/// @param tests what it must do
/// @param limits what each test may take
public record Submission(Language language, String program, Tests tests, Limits limits) {
  /// The time and memory that each test may take.
  ///
  /// @param seconds time on the clock
  /// @param megabytes memory
  public record Limits(double seconds, int megabytes) {
    /// Five seconds and 512 megabytes.
    public static final Limits DEFAULT = new Limits(5, 512);

    private static final int LONGEST = 3600;
    private static final int LEAST = 16;
    private static final int MOST = 1 << 20;

    /// Checks the ranges.
    public Limits {
      Require.that(
          seconds > 0 && seconds <= LONGEST, "seconds", "above 0 and at most " + LONGEST, seconds);
      Require.that(
          megabytes >= LEAST && megabytes <= MOST,
          "megabytes",
          "from " + LEAST + " to " + MOST,
          megabytes);
    }
  }
}
