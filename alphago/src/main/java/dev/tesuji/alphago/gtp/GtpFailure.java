package dev.tesuji.alphago.gtp;

/// Says why a program did not answer: it died, hung, or answered what GTP does not know.
public final class GtpFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the failure from a sentence.
  public GtpFailure(String sentence) {
    super(sentence);
  }
}
