package dev.tesuji.math;

/// Symbolic work was given up because it took too long.
final class OutOfTime extends Exception {
  private static final long serialVersionUID = 1;

  OutOfTime() {
    super("symbolic work took too long", null, false, false);
  }
}
