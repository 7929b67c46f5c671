package dev.tesuji.generate;

import java.util.Set;

/// When generation stops and how much runs at once.
///
/// @param maxNewTokens the most tokens of a completion
/// @param endTokens tokens that end a completion; empty to go on to the limit
/// @param stop further conditions on the completion so far
/// @param rows how many completions are generated at once
public record Limits(int maxNewTokens, Set<Integer> endTokens, Stop stop, int rows) {
  /// The most completions that are generated at once where nothing else is said.
  public static final int MOST_ROWS = 512;

  /// A condition on the new tokens so far.
  @FunctionalInterface
  public interface Stop {
    /// Never stops.
    Stop NEVER = _ -> false;

    /// Says whether the completion ends here.
    boolean test(int[] tokens);
  }

  /// Copies the set and checks the ranges.
  public Limits {
    endTokens = Set.copyOf(endTokens);
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException("maxNewTokens must be at least 1, got " + maxNewTokens);
    }
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1, got " + rows);
    }
  }

  /// Makes limits without further stop conditions.
  public Limits(int maxNewTokens, Set<Integer> endTokens, int rows) {
    this(maxNewTokens, endTokens, Stop.NEVER, rows);
  }
}
