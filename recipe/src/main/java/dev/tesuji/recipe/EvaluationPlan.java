package dev.tesuji.recipe;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.evaluate.EvaluationConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The evaluations of the models of a recipe.
///
/// @param posed the problems that are posed before the first stage, after the last, and after those
///   that say so
/// @param testTime what more samples and more thinking are worth, measured before the first stage
///   and after the last; absent to leave it
/// @param reflectiveWords the words that the report counts in completions, as R1-Zero's paper
///   counts "wait"
public record EvaluationPlan(
    @Unwrapped EvaluationConfig posed,
    @Nullable TestTimeConfig testTime,
    List<String> reflectiveWords) {
  /// An evaluation before and after; English and French words of the built-in world among those
  /// that are counted.
  public static final EvaluationPlan DEFAULT =
      new EvaluationPlan(
          EvaluationConfig.DEFAULT, null, List.of("wait", "check", "hmm", "attends", "vérifions"));

  /// Copies the list.
  public EvaluationPlan {
    reflectiveWords = List.copyOf(reflectiveWords);
  }
}
