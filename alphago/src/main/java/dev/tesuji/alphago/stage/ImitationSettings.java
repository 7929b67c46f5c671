package dev.tesuji.alphago.stage;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.yaml.Named;
import java.util.List;

/// Learns to play as a teacher does, from its games.
///
/// @param game which
/// @param network its size, where the stage starts from nothing
/// @param games the name of the stage that has them
/// @param use how many of them are learned from, the first; a tenth of all are held out
/// @param updates of each step
/// @param batchSize positions of an update
/// @param common name, steps, optimizer, checkpoints
@Named("imitation")
public record ImitationSettings(
    GameConfig game,
    NetworkSettings network,
    String games,
    int use,
    int updates,
    int batchSize,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// 1,000 updates of 256 positions.
  public static final ImitationSettings DEFAULT =
      new ImitationSettings(
          GoConfig.DEFAULT,
          NetworkSettings.DEFAULT,
          "teacher",
          1_000_000,
          20,
          256,
          CommonSettings.of("imitation", 50, AlphaZeroSettings.OPTIMIZER));

  /// Checks the ranges.
  public ImitationSettings {
    Require.atLeast(1, "use", use);
    Require.atLeast(1, "updates", updates);
    Require.atLeast(2, "batchSize", batchSize);
  }

  @Override
  public Product makes() {
    return Product.PLAYER;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }

  @Override
  public List<String> problems(List<StageSettings> before) {
    return StageSettings.makes(games, Product.GAMES, before)
        ? List.of()
        : List.of(
            "'games' of stage '"
                + name()
                + "' must be the name of a teacherGames stage before it, got '"
                + games
                + "'");
  }
}
