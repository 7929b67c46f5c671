package dev.tesuji.pebble;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The built-in exercises for programs of a small language, in recipes.
///
/// @param exercises their settings: `minOperations` and `maxOperations`
@Named("pebble")
public record PebbleTask(@Unwrapped Exercises exercises) implements TaskConfig.WithCorpus {
  /// Two to four operations.
  public static final PebbleTask DEFAULT = new PebbleTask(Exercises.DEFAULT);

  @Override
  public Exercises open(@Nullable Path data) {
    return exercises;
  }

  /// Returns the exercises of a recipe's task.
  ///
  /// @param what such as `corpus pebble goes`
  /// @throws IllegalArgumentException when it is another task
  static Exercises of(TaskConfig task, String what) {
    if (task instanceof PebbleTask own) {
      return own.exercises();
    }
    throw TaskConfig.belongs(what, "pebble");
  }

  @Override
  public Corpus corpus() {
    return PebbleTexts.DEFAULT;
  }
}
