package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.yaml.Named;

/// Learns who wins, from games that the policy which the stage starts from plays against itself. It
/// makes a new network, whose policy has learned nothing.
///
/// @param game which
/// @param network its size
/// @param games how many are played; a tenth of them is held out
/// @param wholeGames whether all states of a game are learned from, which overfits, or one
/// @param updates of each step
/// @param batchSize positions of an update
/// @param common name, steps, optimizer, checkpoints
@Named("valueNet")
public record ValueNetSettings(
    GameConfig game,
    NetworkSettings network,
    int games,
    boolean wholeGames,
    int updates,
    int batchSize,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// One state of each of 5,000 games.
  public static final ValueNetSettings DEFAULT =
      new ValueNetSettings(
          GoConfig.DEFAULT,
          NetworkSettings.DEFAULT,
          5000,
          false,
          10,
          256,
          CommonSettings.of("valueNet", 20, AlphaZeroSettings.OPTIMIZER));

  /// Checks the ranges.
  public ValueNetSettings {
    Require.atLeast(20, "games", games);
    Require.atLeast(1, "updates", updates);
    Require.atLeast(2, "batchSize", batchSize);
  }

  @Override
  public Product makes() {
    return Product.VALUE;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }
}
