package dev.tesuji.generate;

import java.util.Locale;

/// Why a completion ended.
public enum FinishReason {
  /// The model ended it with one of its end-of-sequence tokens.
  EOS,
  /// A stop token or a stop string of the caller came.
  STOP,
  /// It reached the limit on new tokens, or the last position of the model.
  LENGTH,
  /// The caller did not want it any more, or the engine was closed.
  CANCELLED;

  /// Returns the word that files use: `eos`, `stop`, `length` or `cancelled`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
