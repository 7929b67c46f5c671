package dev.tesuji.stage;

import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Kinds;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The words in which stages describe themselves.
final class Tables {
  private Tables() {}

  /// Writes a whole number.
  static String whole(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /// Writes how much is generated.
  static String generated(long completions, long tokensOfEach) {
    double millions = completions * tokensOfEach / 1e6;
    return whole(completions)
        + " completions, "
        + String.format(Locale.ROOT, millions < 10 ? "%,.1f" : "%,.0f", millions)
        + " M tokens";
  }

  /// Names the files of a stage; the task where it has none.
  static String files(List<String> names, Recipe recipe) {
    return names.isEmpty() ? Kinds.name(recipe.requireTask().getClass()) : String.join(", ", names);
  }

  /// Names the problems that a stage poses.
  ///
  /// @param own the stage's own task; null for the recipe's
  static String problems(@Nullable TaskConfig own, @Nullable Path file, Recipe recipe) {
    TaskConfig task = own == null ? recipe.requireTask() : own;
    Path problems = file == null ? recipe.data() : file;
    String name = Kinds.name(task.getClass());
    return problems == null ? name : name + ": " + problems.getFileName();
  }
}
