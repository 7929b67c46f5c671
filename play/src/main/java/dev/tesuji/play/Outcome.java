package dev.tesuji.play;

/// The end of a game, as the first player sees it.
///
/// @param score by how many points the first player wins; in a game without points 1, 0 or -1
/// @param ownership whose each cell is: +1 the first player's, -1 the second's, 0 nobody's; empty
///   in a game in which cells have no owners
public record Outcome(double score, byte[] ownership) {
  /// Returns 1 where the first player wins, -1 where the second does, 0 for a draw.
  public int value() {
    return (int) Math.signum(score);
  }
}
