package dev.tesuji.alphago.stage;

import dev.tesuji.play.Game;

/// A game, as recipes name it.
public interface GameConfig {
  /// Returns its rules.
  Game game();
}
