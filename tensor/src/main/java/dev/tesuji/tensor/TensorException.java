package dev.tesuji.tensor;

/// Says that libtorch refused an operation: its first line, without the C++ trace.
public final class TensorException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TensorException(RuntimeException cause) {
    super(firstLine(cause.getMessage() == null ? cause.toString() : cause.getMessage()), cause);
  }

  private static String firstLine(String message) {
    int end = message.indexOf("\nException raised from");
    return (end < 0 ? message.lines().findFirst().orElse(message) : message.substring(0, end))
        .strip();
  }

  /// Returns whether the cause was that memory ran out.
  public boolean isOutOfMemory() {
    String m = String.valueOf(getMessage());
    return m.contains("not enough memory") || m.contains("out of memory");
  }
}
