package dev.tesuji.play;

/// A program that plays a game and can say what it thinks of a position. Used by one thread at a
/// time.
public interface Player extends AutoCloseable {
  /// Returns the name that records of games and GTP use.
  String name();

  /// Returns a sentence that says why this player cannot play a game, or an empty text where it
  /// can: a network knows the sizes of the boards that it was trained on.
  String refusal(Game game);

  /// Forgets what it remembers of the game before, randomness included: the same moves after this
  /// get the same answers.
  void newGame();

  /// Thinks about a position that is not over, of a game that it does not refuse.
  ///
  /// @param limits when to stop; [Limits#NONE] to think until the watcher says stop, or until there
  ///   is nothing more to find
  /// @param watcher is asked now and then, on this thread, whether to go on
  /// @throws PlayerFailed when the game is lost to a failure
  Thought think(GameState state, Limits limits, Watcher watcher);

  /// Thinks without being watched.
  default Thought think(GameState state, Limits limits) {
    return think(state, limits, _ -> true);
  }

  @Override
  void close();
}
