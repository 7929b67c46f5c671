package dev.tesuji.reward;

/// Says in one sentence why rewards cannot go on being computed, however often one tries: a rule
/// pays what is no number, an endpoint is down. A run that meets one saves and halts.
public final class RewardFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the error from its whole sentence.
  public RewardFailure(String sentence) {
    super(sentence);
  }

  /// Makes the error from its whole sentence and what caused it.
  public RewardFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
