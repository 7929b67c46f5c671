package dev.tesuji.sft;

import dev.tesuji.policy.TokenSequence;

/// Texts to be imitated, by number.
public interface TextSource {
  /// Returns how many there are; endless sources return [Long#MAX_VALUE].
  long size();

  /// Returns a text.
  ///
  /// @param index from 0 to [#size] - 1
  TokenSequence text(long index);
}
