package dev.tesuji.world;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The built-in world of puzzles, requests and harmful questions in two languages, in recipes.
///
/// @param world its settings: `kinds`, `languages` and `difficulty`
@Named("world")
public record WorldTask(@Unwrapped World world) implements TaskConfig.WithCorpus {
  /// Everything there is.
  public static final WorldTask DEFAULT = new WorldTask(World.DEFAULT);

  @Override
  public World open(@Nullable Path data) {
    return world;
  }

  /// Returns the world of a recipe's task.
  ///
  /// @param what such as `corpus world goes`
  /// @throws IllegalArgumentException when it is another task
  static World of(TaskConfig task, String what) {
    if (task instanceof WorldTask own) {
      return own.world();
    }
    throw TaskConfig.belongs(what, "world");
  }

  @Override
  public Corpus corpus() {
    return WorldTexts.DEFAULT;
  }
}
