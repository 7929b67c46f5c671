package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.testtime.Forcing;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The measurement of test-time compute ([dev.tesuji.testtime]).
///
/// @param task the problems; the recipe's where absent
/// @param problems how many; as many as the evaluations pose where absent
/// @param forcing how thinking is cut and extended
/// @param rewardModel the directory of the reward model that chooses the best of k
/// @param rewardStage the stage that makes it, in the place of `rewardModel`; without either, there
///   is no best of k
public record TestTimeConfig(
    @Nullable TaskConfig task,
    @Nullable Integer problems,
    @Unwrapped Forcing forcing,
    @OfModel @Nullable Path rewardModel,
    @Nullable String rewardStage) {
  /// The recipe's problems and no reward model.
  public static final TestTimeConfig DEFAULT =
      new TestTimeConfig(null, null, Forcing.DEFAULT, null, null);

  /// Checks the range, and that the reward model is said once.
  public TestTimeConfig {
    if (problems != null) {
      Require.atLeast(1, "problems", problems);
    }
    if (rewardModel != null && rewardStage != null) {
      throw new IllegalArgumentException(
          "only one of 'rewardModel' and 'rewardStage' can be given");
    }
  }

  /// Returns what is posed, where evaluations pose something.
  public EvaluationConfig posed(EvaluationConfig evaluation) {
    return problems == null ? evaluation : evaluation.withProblems(problems);
  }
}
