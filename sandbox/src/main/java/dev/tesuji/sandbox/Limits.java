package dev.tesuji.sandbox;

import dev.tesuji.check.Require;
import java.time.Duration;

/// The most that a program may take.
///
/// @param time from its start to its end, on the clock
/// @param megabytes memory of all its processes together
/// @param addressMegabytes address space of each of its processes; 0 for any, which runtimes that
///   reserve more than they use need
/// @param outputBytes how much it may write to its standard output, after which it is stopped
public record Limits(Duration time, int megabytes, int addressMegabytes, long outputBytes) {
  /// Checks the ranges.
  public Limits {
    Require.that(time.isPositive(), "seconds", "above 0", time.toMillis() / 1e3);
    Require.atLeast(1, "megabytes", megabytes);
    Require.atLeast(0, "addressMegabytes", addressMegabytes);
    Require.atLeast(0, "outputBytes", outputBytes);
  }
}
