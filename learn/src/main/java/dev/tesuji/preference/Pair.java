package dev.tesuji.preference;

import dev.tesuji.tokenized.TokenSequence;
import java.util.Arrays;

/// Two answers to a prompt, of which one is better.
///
/// @param chosen the prompt with the better answer, which is scored
/// @param rejected the prompt with the worse answer
public record Pair(TokenSequence chosen, TokenSequence rejected) {
  /// Returns the tokens of the prompt.
  public int[] prompt() {
    return Arrays.copyOf(chosen.ids(), chosen.targets()[0]);
  }
}
