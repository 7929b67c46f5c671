package dev.tesuji.wordproblems;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Sums told in words, in recipes.
///
/// @param problems their settings: `steps`, `largest`, `told` and `strict`
/// @param template how they are put: `chat` (the user's turn in the model's chat template) or
///   `plain`
@Named("wordProblems")
public record WordProblemsTask(@Unwrapped WordProblems problems, String template)
    implements TaskConfig {
  /// Problems of one step through the chat template.
  public static final WordProblemsTask DEFAULT = new WordProblemsTask(WordProblems.DEFAULT, "chat");

  /// Checks the template.
  public WordProblemsTask {
    Templates.require(template);
  }

  @Override
  public WordProblems open(@Nullable Path data) {
    return problems;
  }
}
