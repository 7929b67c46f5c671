package dev.tesuji.generate;

/// A request came while too many samples were waiting: try again later.
public final class EngineFull extends RuntimeException {
  private static final long serialVersionUID = 1;

  EngineFull(String message) {
    super(message);
  }
}
