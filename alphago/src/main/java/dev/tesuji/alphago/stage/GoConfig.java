package dev.tesuji.alphago.stage;

import dev.tesuji.play.Game;
import dev.tesuji.yaml.Named;

/// Go by the rules of Tromp and Taylor.
///
/// @param size the board's rows and columns
/// @param komi points that White gets
@Named("go")
public record GoConfig(int size, double komi) implements GameConfig {
  /// The board on which 9 points are believed to make a draw.
  public static final GoConfig DEFAULT = new GoConfig(7, 9);

  /// Checks the ranges.
  public GoConfig {
    dev.tesuji.play.go.Go.of(size, komi);
  }

  @Override
  public Game game() {
    return dev.tesuji.play.go.Go.of(size, komi);
  }
}
