package dev.tesuji.policy;

import java.util.Arrays;

/// A text as the trainer sees it: its tokens, and from which on they count.
///
/// Tokens from `scoredFrom` to the end are predicted and scored; those before are given. What
/// counts follows from lengths, never from token ids.
///
/// @param ids the tokens
/// @param scoredFrom the first scored token, at least 1: the first token has nothing before it
public record TokenSequence(int[] ids, int scoredFrom) {
  /// Checks the range.
  public TokenSequence {
    if (scoredFrom < 1 || scoredFrom > ids.length) {
      throw new IllegalArgumentException(
          "scoredFrom must be from 1 to the length (" + ids.length + "), got " + scoredFrom);
    }
  }

  /// Makes a prompt followed by a completion that is scored.
  public static TokenSequence of(int[] prompt, int[] completion) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + completion.length);
    System.arraycopy(completion, 0, ids, prompt.length, completion.length);
    return new TokenSequence(ids, prompt.length);
  }

  /// Makes a text that is scored from its second token.
  public static TokenSequence whole(int[] ids) {
    return new TokenSequence(ids, 1);
  }

  /// Returns how many tokens it has.
  public int length() {
    return ids.length;
  }

  /// Returns how many tokens are scored.
  public int scored() {
    return ids.length - scoredFrom;
  }
}
