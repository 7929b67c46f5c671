package dev.tesuji.alphago.learn;

import dev.tesuji.play.Game;
import dev.tesuji.play.go.Go;

/// The komi of games that have one.
public final class Komi {
  private Komi() {}

  /// Returns a game under another komi; itself where it has none.
  public static Game of(Game game, double komi) {
    return game instanceof Go go ? go.withKomi(komi) : game;
  }

  /// Returns the komi of a game; 0 where it has none.
  public static double of(Game game) {
    return game instanceof Go go ? go.komi() : 0;
  }
}
