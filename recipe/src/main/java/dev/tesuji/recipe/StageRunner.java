package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Prepares the stages of a recipe that are left, all of them before the first is run.
final class StageRunner {
  private final Workshop shop;
  private final Map<String, PreparedStage> prepared = new HashMap<>();

  StageRunner(Workshop shop) {
    this.shop = shop;
  }

  /// Reads the data of all stages that are left, and reckons their memory.
  ///
  /// @param from the first stage that is left
  /// @throws BadInput when a file or a plan will not do
  void check(int from) {
    Recipe recipe = shop.recipe();
    for (int i = from; i < recipe.stages().size(); i++) {
      Stage stage = recipe.stages().get(i);
      Path other = recipe.ancestor(i);
      prepared.put(
          stage.name(),
          other == null ? checked(stage) : shop.planning(other, () -> checked(stage)));
    }
  }

  private PreparedStage checked(Stage stage) {
    PreparedStage made = prepare(stage);
    made.plan().requireFits(stage.name());
    return made;
  }

  private PreparedStage prepare(Stage stage) {
    Reckoning.check(stage, shop.ground());
    return switch (stage) {
      case Stage.Pretrain s -> PreparedPretrain.of(s, shop);
      case Stage.Sft s -> PreparedSft.of(s, shop);
      case Stage.Dpo s -> PreparedPreference.of(s, shop);
      case Stage.Kto s -> PreparedPreference.of(s, shop);
      case Stage.Gkd s -> PreparedGkd.of(s, shop);
      case Stage.RewardModel s -> PreparedRewardModel.of(s, shop);
      case Stage.Rl s -> PreparedRl.of(s, shop);
      case Stage.Rejection s -> PreparedRejection.of(s, shop);
    };
  }

  /// Returns a stage that [#check] has prepared.
  PreparedStage prepared(Stage stage) {
    PreparedStage found = prepared.get(stage.name());
    if (found == null) {
      throw new IllegalStateException("stage " + stage.name() + " was not checked");
    }
    return found;
  }
}
