package dev.tesuji.play;

/// Says that a player can not answer any more: its program died, hangs or talks nonsense. The game
/// is lost; [Player#newGame] makes it ready for another.
public final class PlayerFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// Makes the failure from a sentence.
  public PlayerFailed(String sentence) {
    super(sentence);
  }
}
