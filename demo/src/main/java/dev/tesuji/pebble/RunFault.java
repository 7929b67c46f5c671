package dev.tesuji.pebble;

/// A run that came to no value.
public final class RunFault extends Exception {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /// The reason.
  public enum Kind {
    /// It took more steps than it may.
    STEPS,
    /// It divided by zero, went out of range, read a variable that has no value, or ended without
    /// giving one.
    ERROR
  }

  RunFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /// Returns the reason.
  public Kind kind() {
    return kind;
  }
}
