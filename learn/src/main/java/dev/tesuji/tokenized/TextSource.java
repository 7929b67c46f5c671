package dev.tesuji.tokenized;

import java.util.Map;

/// Texts to be imitated, by number.
public interface TextSource {
  /// Returns how many there are; endless sources return [Long#MAX_VALUE].
  long size();

  /// Returns a text.
  ///
  /// @param index from 0 to [#size] - 1
  TokenSequence text(long index);

  /// Returns how often its texts have been seen, by the name of the metric; nothing where there is
  /// no end to them.
  ///
  /// @param consumed how many texts were taken
  default Map<String, Double> epochs(long consumed) {
    return size() == Long.MAX_VALUE ? Map.of() : Map.of("epoch", (double) consumed / size());
  }
}
