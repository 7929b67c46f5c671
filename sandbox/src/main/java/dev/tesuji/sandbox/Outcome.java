package dev.tesuji.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The end of a program.
///
/// @param end why it ended
/// @param status its exit status; from 128 on, 128 and the signal that ended it; -1 where it was
///   stopped
/// @param output what it wrote to its standard output, up to its limit
/// @param errors the beginning of what it wrote to its standard error
/// @param time from its start to its end, without what its limit was extended by because other
///   programs had its processor
public record Outcome(End end, int status, byte[] output, byte[] errors, Duration time) {
  /// The reasons for which programs end.
  public enum End {
    /// It ended by itself.
    EXITED,
    /// It was still there at its limit of time.
    TIME_OUT,
    /// It took more memory than its limit.
    MEMORY,
    /// It wrote more than its limit.
    OUTPUT,
    /// The jail could not be set up; the program was never begun.
    NOT_STARTED
  }

  /// Returns what it wrote to its standard error as text; what is no UTF-8 is replaced.
  public String errorText() {
    return new String(errors, StandardCharsets.UTF_8);
  }
}
