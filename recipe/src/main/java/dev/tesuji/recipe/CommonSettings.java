package dev.tesuji.recipe;

import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.Schedule;
import dev.tesuji.train.GuardianConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The settings of every stage: where it starts, how long it goes on, how weights move, and what
/// keeps it from being lost.
///
/// @param name names the stage, and the model that it makes
/// @param from the earlier stage whose model it starts from, or `base` for the recipe's own; absent
///   for the last language model made before it
/// @param model the directory of another model to start from, in the place of `from`: a student, of
///   the vocabulary of the recipe's own
/// @param steps how many updates; in reinforcement learning, batches of completions
/// @param optimizer how weights move
/// @param checkpoint how often checkpoints are written
/// @param guardian when the stage is halted and taken back to its best checkpoint
/// @param evaluate whether what the stage makes is evaluated as the recipe says; what the last
///   stage makes always is
public record CommonSettings(
    String name,
    @Nullable String from,
    @OfModel @Nullable Path model,
    int steps,
    OptimizerConfig optimizer,
    CheckpointPace checkpoint,
    GuardianConfig guardian,
    boolean evaluate) {
  /// TRL's for learning from preferences: from 1e-6 in a straight line to 0.
  public static final OptimizerConfig PREFERENCE_OPTIMIZER =
      OptimizerConfig.DEFAULT.change().schedule(Schedule.LINEAR).finalShare(0).build();

  /// For learning a language from nothing: a cosine from 1e-3 to a tenth of it.
  public static final OptimizerConfig PRETRAINING_OPTIMIZER =
      OptimizerConfig.DEFAULT
          .change()
          .learningRate(1e-3)
          .schedule(Schedule.COSINE)
          .warmupSteps(50)
          .beta2(0.95)
          .weightDecay(0.1)
          .build();

  /// The [#from] of a stage that starts from the recipe's own model.
  public static final String BASE = "base";

  /// Makes settings that start from the last model, without a guardian.
  public static CommonSettings of(String name, int steps, OptimizerConfig optimizer) {
    return new CommonSettings(
        name, null, null, steps, optimizer, CheckpointPace.DEFAULT, GuardianConfig.OFF, false);
  }

  /// Returns the same under the usual guardian.
  public CommonSettings guarded() {
    return new CommonSettings(
        name, from, model, steps, optimizer, checkpoint, GuardianConfig.DEFAULT, evaluate);
  }

  /// The intervals between checkpoints; one is always written at the end of a stage.
  ///
  /// @param everySteps after so many steps; 0 for never by steps
  /// @param everyMinutes after so much time
  public record CheckpointPace(int everySteps, double everyMinutes) {
    /// Every five minutes.
    public static final CheckpointPace DEFAULT = new CheckpointPace(0, 5);

    /// Checks the ranges.
    public CheckpointPace {
      if (everySteps < 0 || !(everyMinutes > 0)) {
        throw new IllegalArgumentException(
            "everySteps must be at least 0 and everyMinutes above 0, got "
                + everySteps
                + " and "
                + everyMinutes);
      }
    }
  }
}
