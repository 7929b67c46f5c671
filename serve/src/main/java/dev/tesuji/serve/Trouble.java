package dev.tesuji.serve;

/// Tells of a defect without its message, which may hold what was said or thought.
final class Trouble {
  private Trouble() {}

  /// Returns its kind and place.
  static String of(Throwable thrown) {
    StackTraceElement[] trace = thrown.getStackTrace();
    String kind = thrown.getClass().getName();
    return trace.length == 0 ? kind : kind + " at " + trace[0];
  }
}
