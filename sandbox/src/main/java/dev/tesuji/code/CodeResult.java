package dev.tesuji.code;

/// The result of grading a program.
///
/// @param verdict the verdict: that of the first test that did not pass
/// @param passed how many tests passed
/// @param total how many there are
/// @param milliseconds what its slowest test took; compiling and waiting are not in it
/// @param stderr the beginning of what it, or its compiler, wrote to standard error, at the test
///   that the verdict is about
public record CodeResult(
    CodeVerdict verdict, int passed, int total, double milliseconds, String stderr) {
  /// The most characters of standard error.
  public static final int STDERR = 2000;

  /// Shortens the text.
  public CodeResult {
    if (stderr.length() > STDERR) {
      int end = Character.isHighSurrogate(stderr.charAt(STDERR - 1)) ? STDERR - 1 : STDERR;
      stderr = stderr.substring(0, end);
    }
  }
}
