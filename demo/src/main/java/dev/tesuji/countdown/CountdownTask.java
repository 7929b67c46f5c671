package dev.tesuji.countdown;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The built-in rounds of numbers and a target, in recipes.
///
/// @param rounds their settings: `minNumbers`, `maxNumbers`, `largest` and `allNumbers`
@Named("countdown")
public record CountdownTask(@Unwrapped Countdown rounds) implements TaskConfig.WithCorpus {
  /// Two or three numbers from 2 to 12.
  public static final CountdownTask DEFAULT = new CountdownTask(Countdown.DEFAULT);

  @Override
  public Countdown open(@Nullable Path data) {
    return rounds;
  }

  /// Returns the rounds of a recipe's task.
  ///
  /// @param what such as `corpus countdown goes`
  /// @throws IllegalArgumentException when it is another task
  static Countdown of(TaskConfig task, String what) {
    if (task instanceof CountdownTask own) {
      return own.rounds();
    }
    throw TaskConfig.belongs(what, "countdown");
  }

  @Override
  public Corpus corpus() {
    return CountdownTexts.DEFAULT;
  }
}
