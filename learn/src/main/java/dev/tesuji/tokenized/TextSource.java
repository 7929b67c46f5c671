package dev.tesuji.tokenized;

import dev.tesuji.text.Tokenizer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.LongFunction;

/// Texts to be imitated, by number.
public interface TextSource {
  /// Returns how many there are; endless sources return [Long#MAX_VALUE].
  long size();

  /// Returns a text.
  ///
  /// @param index from 0 to [#size] - 1
  TokenSequence text(long index);

  /// Returns texts without end, all of them scored, each with the end token behind it.
  ///
  /// @param texts by number
  static TextSource endless(LongFunction<String> texts, Tokenizer tokenizer, int endToken) {
    return new TextSource() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public TokenSequence text(long index) {
        int[] ids = tokenizer.encode(texts.apply(index));
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = endToken;
        return TokenSequence.whole(ended);
      }
    };
  }

  /// Returns how often its texts have been seen, by the name of the metric; nothing where there is
  /// no end to them.
  ///
  /// @param consumed how many texts were taken
  default Map<String, Double> epochs(long consumed) {
    return size() == Long.MAX_VALUE ? Map.of() : Map.of("epoch", (double) consumed / size());
  }
}
