package dev.tesuji.play.gtp;

/// Answers a command with `?` and a sentence.
final class GtpError extends RuntimeException {
  private static final long serialVersionUID = 1;

  GtpError(String sentence) {
    super(sentence, null, false, false);
  }
}
