package dev.tesuji.generate;

import java.util.Locale;

/// Why a completion ended.
public enum FinishReason {
  /// The model ended it with one of its end-of-sequence tokens.
  EOS,
  /// A stop condition of the caller held.
  STOP,
  /// It reached the limit on new tokens, or the last position of the model.
  LENGTH;

  /// Returns the word that files use: `eos`, `stop` or `length`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
