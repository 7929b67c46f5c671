package dev.tesuji.env;

/// The answer of an environment to a turn.
public sealed interface Step {
  /// Returns what the turn was worth by itself, besides what the end is worth.
  double points();

  /// The episode goes on.
  ///
  /// @param tokens what the policy reads before its next turn, exactly as it reads it; at least one
  /// @param points what the turn was worth by itself
  /// @param anew whether the tokens are all that the policy reads, and not appended to what it has
  ///   read and sampled so far: the history was written again, and is another than it was
  record Observation(int[] tokens, double points, boolean anew) implements Step {
    /// Makes one that is appended, after a turn that is worth nothing by itself.
    public Observation(int[] tokens) {
      this(tokens, 0, false);
    }

    /// Checks that there is something to read.
    public Observation {
      if (tokens.length == 0) {
        throw new IllegalArgumentException("an observation must have at least one token, got none");
      }
      requireFinite(points);
    }
  }

  /// The episode is over.
  ///
  /// @param response the text that is graded
  /// @param points what the last turn was worth by itself
  /// @param ending why it is over
  /// @param trouble more about that, in one sentence; empty where the ending says all
  record End(String response, double points, Ending ending, String trouble) implements Step {
    /// Makes the end at an answer.
    public End(String response) {
      this(response, 0, Ending.ANSWERED, "");
    }

    /// Makes the end for another reason.
    public End(String response, Ending ending) {
      this(response, 0, ending, "");
    }

    /// Checks the points.
    public End {
      requireFinite(points);
    }
  }

  private static void requireFinite(double points) {
    if (!Double.isFinite(points)) {
      throw new IllegalArgumentException("points must be a finite number, got " + points);
    }
  }
}
