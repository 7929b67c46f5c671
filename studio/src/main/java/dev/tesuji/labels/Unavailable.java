package dev.tesuji.labels;

/// A failure of something outside this process that may be over soon: the same may be asked again.
public final class Unavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Says what was not to be reached.
  public Unavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
