package dev.tesuji.testtime;

import dev.tesuji.text.CompletionText;
import java.util.Arrays;

/// How far the thinking of a response goes.
///
/// @param tokens how many tokens stand before its end
/// @param isClosed whether it was ended; otherwise the answer began without it, or the response is
///   thinking to its last token
record ThinkingSpan(int tokens, boolean isClosed) {
  /// Measures a response.
  ///
  /// @param ids its tokens
  static ThinkingSpan of(int[] ids, CompletionText text, Forcing forcing) {
    int end = before(ids, text, forcing.end());
    if (end < ids.length) {
      return new ThinkingSpan(end, true);
    }
    return forcing.answer().isEmpty()
        ? new ThinkingSpan(ids.length, false)
        : new ThinkingSpan(before(ids, text, forcing.answer()), false);
  }

  /// Returns how many tokens stand before a text, all of them where it does not occur: one fewer
  /// than the fewest that hold the text. The token that completes the mark is the mark where it is
  /// one token; of a mark of several the tokens before it belong to it as well.
  private static int before(int[] ids, CompletionText text, String mark) {
    if (!text.of(ids).contains(mark)) {
      return ids.length;
    }
    int low = 1; // the fewest tokens that hold the mark are from low to high
    int high = ids.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (text.of(Arrays.copyOf(ids, middle)).contains(mark)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    int first = text.of(Arrays.copyOf(ids, high)).indexOf(mark);
    int kept = high - 1;
    while (kept > 0 && text.of(Arrays.copyOf(ids, kept)).length() > first) {
      kept--;
    }
    return kept;
  }
}
