package dev.tesuji.recipe;

import dev.tesuji.testtime.Forcing;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What is measured of test-time compute ([dev.tesuji.testtime]).
///
/// @param forcing how thinking is cut and extended
/// @param rewardModel the directory of the reward model that chooses the best of k
/// @param rewardStage the stage that makes it, in the place of `rewardModel`; without either, there
///   is no best of k
public record TestTimeConfig(
    @Flat Forcing forcing, @Nullable Path rewardModel, @Nullable String rewardStage) {
  /// No reward model.
  public static final TestTimeConfig DEFAULT = new TestTimeConfig(Forcing.DEFAULT, null, null);

  /// Checks that the reward model is said once.
  public TestTimeConfig {
    if (rewardModel != null && rewardStage != null) {
      throw new IllegalArgumentException(
          "only one of 'rewardModel' and 'rewardStage' can be given");
    }
  }
}
