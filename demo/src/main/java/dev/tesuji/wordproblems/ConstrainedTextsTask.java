package dev.tesuji.wordproblems;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.yaml.Named;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Short texts with constraints that a program can check, in recipes.
///
/// @param texts their setting: `most`
/// @param template how they are put: `chat` (the user's turn in the model's chat template) or
///   `plain`
@Named("constrainedTexts")
public record ConstrainedTextsTask(@Unwrapped ConstrainedTexts texts, String template)
    implements TaskConfig {
  /// One or two constraints through the chat template.
  public static final ConstrainedTextsTask DEFAULT =
      new ConstrainedTextsTask(ConstrainedTexts.DEFAULT, "chat");

  /// Checks the template.
  public ConstrainedTextsTask {
    Templates.require(template);
  }

  @Override
  public ConstrainedTexts open(@Nullable Path data) {
    return texts;
  }
}
