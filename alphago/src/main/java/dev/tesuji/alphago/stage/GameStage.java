package dev.tesuji.alphago.stage;

import dev.tesuji.play.Game;
import dev.tesuji.stage.Stage;
import dev.tesuji.train.MemoryPlan;
import java.util.Map;

/// A stage that has to do with a game and not with a language model.
interface GameStage extends Stage {
  /// What a JVM with libtorch takes.
  long RUNTIME = 400L << 20;

  /// Returns the game.
  Game game();

  /// Returns the bytes of what it holds besides.
  long bytes();

  @Override
  default void check() {}

  @Override
  default void read() {}

  @Override
  default MemoryPlan memory() {
    return new MemoryPlan(Map.of("runtime", RUNTIME), Map.of("games", bytes()));
  }

  @Override
  default MemoryPlan.Load pass() {
    return MemoryPlan.Load.plain(1, 1, null);
  }

  @Override
  default int choices() {
    return game().actions();
  }

  @Override
  default void rehearse() {}
}
