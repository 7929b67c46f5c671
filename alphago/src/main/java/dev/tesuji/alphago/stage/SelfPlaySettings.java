package dev.tesuji.alphago.stage;

import dev.tesuji.alphago.learn.PolicyGradientConfig;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.recipe.CommonSettings;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.yaml.Named;

/// Improves a policy by playing against a pool of what it was before, without search.
///
/// @param game which
/// @param network its size, where the stage starts from nothing
/// @param play how it plays and learns
/// @param common name, steps, optimizer, checkpoints
@Named("selfPlay")
public record SelfPlaySettings(
    GameConfig game,
    NetworkSettings network,
    @Unwrapped PolicyGradientConfig play,
    @Unwrapped CommonSettings common)
    implements StageSettings {
  /// AdamW at 5e-5: at 1e-4 policies lost their entropy, at 5e-4 they collapsed.
  private static final OptimizerConfig OPTIMIZER =
      OptimizerConfig.DEFAULT.change().learningRate(5e-5).build();

  /// Go on 7x7.
  public static final SelfPlaySettings DEFAULT =
      new SelfPlaySettings(
          GoConfig.DEFAULT,
          NetworkSettings.DEFAULT,
          PolicyGradientConfig.DEFAULT,
          CommonSettings.of("selfPlay", 60, OPTIMIZER).guarded());

  @Override
  public Product makes() {
    return Product.PLAYER;
  }

  @Override
  public Product startsFrom() {
    return Product.PLAYER;
  }
}
