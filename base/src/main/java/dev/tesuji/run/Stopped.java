package dev.tesuji.run;

/// Says that a run ended before its end, on request, with everything saved.
public final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the message that the user sees.
  public Stopped(String message) {
    super(message);
  }
}
