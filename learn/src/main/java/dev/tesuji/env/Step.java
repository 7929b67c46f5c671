package dev.tesuji.env;

/// The answer of an environment to a turn.
public sealed interface Step {
  /// The episode goes on.
  ///
  /// @param tokens what the policy reads before its next turn, exactly as it reads it; at least one
  record Observation(int[] tokens) implements Step {
    /// Checks that there is something to read.
    public Observation {
      if (tokens.length == 0) {
        throw new IllegalArgumentException("an observation must have at least one token, got none");
      }
    }
  }

  /// The episode is over.
  ///
  /// @param response the text that is graded
  record End(String response) implements Step {}
}
