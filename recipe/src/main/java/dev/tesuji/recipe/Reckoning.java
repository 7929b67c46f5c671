package dev.tesuji.recipe;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.train.MemoryPlan;
import java.util.Map;

/// What can be said of a stage before its data is read: whether its settings will do, its largest
/// pass, and its memory.
final class Reckoning {
  private Reckoning() {}

  /// Refuses settings that contradict each other or the model.
  ///
  /// @throws BadInput naming the stage and the setting
  static void check(Stage stage, Ground ground) {
    try {
      switch (stage) {
        case Stage.Pretrain s -> PreparedPretrain.config(s, ground);
        case Stage.Sft s -> PreparedSft.check(s, ground);
        case Stage.Rejection s -> ground.requireRoom(s.name(), s.maxNewTokens());
        case Stage.Dpo s -> PreparedPreference.config(s, s.preferences(), s.batchSize(), ground);
        case Stage.Kto s -> PreparedPreference.config(s, s.preferences(), s.batchSize(), ground);
        case Stage.Gkd s -> PreparedGkd.config(s, ground);
        case Stage.RewardModel s -> PreparedRewardModel.config(s, ground);
        case Stage.Rl s -> PreparedRl.config(s, ground);
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput("stage '" + stage.name() + "': " + e.getMessage(), e);
    }
  }

  /// Returns the largest pass of a stage, as far as its settings say.
  static MemoryPlan.Load load(Stage stage, Ground ground) {
    return switch (stage) {
      case Stage.Pretrain _ -> whole(ground.recipe().compute().tokensPerDevice(), ground);
      case Stage.Sft s -> whole(s.maxTokens(), ground);
      case Stage.Dpo s -> whole(s.preferences().maxTokens(), ground);
      case Stage.Kto s -> whole(s.preferences().maxTokens(), ground);
      case Stage.Gkd s -> PreparedGkd.load(s, ground);
      case Stage.RewardModel s -> whole(s.maxTokens(), ground);
      case Stage.Rl s -> PreparedRl.load(s, ground);
      case Stage.Rejection s -> PreparedRejection.load(s, ground);
    };
  }

  /// Returns the pass of a stage that generates nothing.
  ///
  /// @param maxTokens the most tokens of a text
  private static MemoryPlan.Load whole(int maxTokens, Ground ground) {
    int longest = Math.min(maxTokens, ground.positions());
    return MemoryPlan.Load.plain(ground.atOnce(longest), longest, null);
  }

  /// Returns the bytes of other models that a stage holds beside the one that it trains, by what
  /// they are.
  ///
  /// @throws BadInput when a directory that it names holds no model
  static Map<String, Long> beside(Stage stage, Ground ground) {
    return switch (stage) {
      case Stage.Gkd s -> Map.of("teacher", PreparedGkd.teacherBytes(s, ground));
      case Stage.Rl s -> Map.of("reward models", PreparedRl.rewardBytes(s, ground));
      case Stage.Rejection s -> Map.of("reward models", ground.bytes(s.models()));
      case Stage.Pretrain _, Stage.Sft _, Stage.Dpo _, Stage.Kto _, Stage.RewardModel _ -> Map.of();
    };
  }

  /// Reckons the memory of a stage.
  static MemoryPlan plan(Stage stage, MemoryPlan.Load load, Ground ground) {
    MemoryPlan plan =
        stage instanceof Stage.Rejection
            ? MemoryPlan.generation(ground.model(), requireNonNull(load.drawing()))
            : MemoryPlan.training(
                ground.model(), load, ground.recipe().compute(), stage.optimizer().moments());
    if (!(stage instanceof Stage.Rejection) && stage.optimizer().emaDecay() > 0) {
      plan = plan.with("averaged weights", ground.model().trainedCount() * Float.BYTES);
    }
    for (Map.Entry<String, Long> other : beside(stage, ground).entrySet()) {
      plan = plan.with(other.getKey(), other.getValue());
    }
    return plan;
  }
}
