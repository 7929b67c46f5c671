package dev.tesuji.jinja;

/// A mistake in a template, or one that it meets while it runs; [Template] turns it into bad input
/// that names the template and the line.
final class Trouble extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;

  /// Makes one whose line is where the interpreter stands.
  Trouble(String what) {
    this(0, what);
  }

  /// Makes one about a line of the source.
  Trouble(int line, String what) {
    super(what);
    this.line = line;
  }

  /// Returns the line, or the given one where none was known.
  int lineOr(int current) {
    return line > 0 ? line : current;
  }
}
