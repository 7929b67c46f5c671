package dev.tesuji.generate;

import java.util.List;
import java.util.Set;

/// The ends of a completion: its most tokens, and the tokens and texts that end it before.
///
/// @param maxNewTokens the most tokens of a completion
/// @param endTokens the model's end-of-sequence tokens, each of which ends a completion; empty to
///   go on to the limit
/// @param stopTokens further tokens that end it
/// @param stopStrings texts that end it as soon as it contains one of them, special tokens written
///   out; they stay in the completion
public record Limits(
    int maxNewTokens, Set<Integer> endTokens, Set<Integer> stopTokens, List<String> stopStrings) {
  /// Copies the collections and checks the ranges.
  public Limits {
    endTokens = Set.copyOf(endTokens);
    stopTokens = Set.copyOf(stopTokens);
    stopStrings = List.copyOf(stopStrings);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1, got " + maxNewTokens);
    }
    if (stopStrings.contains("")) {
      throw new IllegalArgumentException("a stop string must not be empty, got ''");
    }
  }

  /// Makes limits without stop tokens and stop strings.
  public Limits(int maxNewTokens, Set<Integer> endTokens) {
    this(maxNewTokens, endTokens, Set.of(), List.of());
  }
}
