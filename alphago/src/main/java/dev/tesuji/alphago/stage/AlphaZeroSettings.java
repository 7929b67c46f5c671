package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.AlphaZeroConfig;
import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.Schedule;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.yaml.Named;

/// Learns a game from nothing but its rules, by playing against itself with search.
///
/// @param game which
/// @param network its size, where the stage starts from nothing
/// @param play how it plays and learns
/// @param snapshotEvery after how many steps the network is kept, for matches of what it was on its
///   way; 0 for never
/// @param common name, steps, optimizer, checkpoints
@Named("alphaZero")
public record AlphaZeroSettings(
    GameConfig game,
    NetworkSettings network,
    @Unwrapped AlphaZeroConfig play,
    int snapshotEvery,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// AdamW at 2e-3, falling by a cosine.
  static final OptimizerConfig OPTIMIZER =
      OptimizerConfig.DEFAULT
          .change()
          .learningRate(2e-3)
          .schedule(Schedule.COSINE)
          .warmupSteps(2)
          .weightDecay(1e-2)
          .clipNorm(2)
          .build();

  /// Go on 7x7.
  public static final AlphaZeroSettings DEFAULT =
      new AlphaZeroSettings(
          GoConfig.DEFAULT,
          NetworkSettings.DEFAULT,
          AlphaZeroConfig.DEFAULT,
          0,
          CommonSettings.of("alphaZero", 150, OPTIMIZER).guarded());

  /// Checks the ranges.
  public AlphaZeroSettings {
    Require.atLeast(0, "snapshotEvery", snapshotEvery);
  }

  /// Returns whether the network is kept after so many steps, before the last.
  boolean keeps(int stepsMade) {
    return snapshotEvery > 0 && stepsMade % snapshotEvery == 0 && stepsMade < steps();
  }

  @Override
  public Product makes() {
    return Product.PLAYER;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }
}
