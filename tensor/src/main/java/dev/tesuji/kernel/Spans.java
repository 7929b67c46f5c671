package dev.tesuji.kernel;

/// Spans of tokens that lie end to end: whole sequences, and sequences that begin with another
/// span, which is there once for all of them (the prompt of a group of completions).
///
/// @param starts where each span begins
/// @param lengths how long it is
/// @param prefixes the span that each one continues, itself a sequence's beginning and before it in
///   the order; -1 for none
/// @param tokens N, of all spans
public record Spans(int[] starts, int[] lengths, int[] prefixes, int tokens) {
  /// How many there are.
  int count() {
    return starts.length;
  }

  /// How many tokens come before a span's own.
  int before(int span) {
    return prefixes[span] < 0 ? 0 : lengths[prefixes[span]];
  }

  /// Returns whether any span continues another.
  public boolean shares() {
    for (int p : prefixes) {
      if (p >= 0) {
        return true;
      }
    }
    return false;
  }

  /// The most tokens that the last token of a span sees, itself among them.
  int longest() {
    int longest = 0;
    for (int s = 0; s < count(); s++) {
      longest = Math.max(longest, before(s) + lengths[s]);
    }
    return longest;
  }

  /// The pairs of tokens of which one sees the other.
  long pairs() {
    long pairs = 0;
    for (int s = 0; s < count(); s++) {
      pairs += (long) lengths[s] * (lengths[s] + 1) / 2 + (long) lengths[s] * before(s);
    }
    return pairs;
  }
}
