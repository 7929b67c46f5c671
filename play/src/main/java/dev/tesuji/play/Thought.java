package dev.tesuji.play;

import java.util.List;

/// A player's thoughts about a position, as the player whose turn it is sees it.
///
/// @param action the action that it would play, or [#RESIGN]
/// @param visits how many positions were looked at
/// @param winRate how probable a win is, from 0 to 1; a draw counts as half
/// @param score by how many points it expects to win; 0 where it has no opinion
/// @param ownership how much each cell will be the mover's, from -1 to 1; empty where it has no
///   opinion
/// @param candidates the actions that it thought about, the best first; at least one
public record Thought(
    int action,
    int visits,
    double winRate,
    double score,
    float[] ownership,
    List<Candidate> candidates) {
  /// The action of a player that gives up, in games in which that is no action. Networks need not.
  public static final int RESIGN = -2;

  /// Copies the list.
  public Thought {
    candidates = List.copyOf(candidates);
  }

  /// An action that was thought about.
  ///
  /// @param action the action
  /// @param visits how often it was tried
  /// @param winRate how probable a win is after it, for the player who plays it
  /// @param score by how many points that player expects to win
  /// @param prior how probable the network thinks it before any search
  /// @param variation the actions that are expected from here on, this one first
  public record Candidate(
      int action, int visits, double winRate, double score, double prior, List<Integer> variation) {
    /// Copies the list.
    public Candidate {
      variation = List.copyOf(variation);
    }
  }
}
