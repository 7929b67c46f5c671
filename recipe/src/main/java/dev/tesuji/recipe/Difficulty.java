package dev.tesuji.recipe;

import dev.tesuji.curriculum.Curriculum;
import dev.tesuji.curriculum.PassRateFilter;
import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import org.jspecify.annotations.Nullable;

/// The part that the difficulty of problems plays in a stage of reinforcement learning.
///
/// @param filter measures how often the model that the stage starts from solves each problem, once
///   before the first step, and poses those between two bounds: `filter: {samples: 8, minPassRate:
///   0.1, maxPassRate: 0.9}`; absent to measure nothing. (`samplingRounds` filters by what the
///   policy as it is makes of a problem, step by step)
/// @param curriculum the order of problems by their difficulty; absent to shuffle them
public record Difficulty(@Nullable PassRateFilter filter, @Nullable Curriculum curriculum) {
  /// It plays none.
  public static final Difficulty DEFAULT = new Difficulty(null, null);

  /// Checks that what a curriculum goes by is measured.
  public Difficulty {
    if (curriculum instanceof Curriculum.EasyToHard && filter == null) {
      throw new IllegalArgumentException(
          "filter must be given with curriculum easyToHard, which goes by the pass rates that it"
              + " measures, got none");
    }
  }

  /// Returns how many completions must be drawn at once to measure a problem.
  public int rows() {
    return filter == null ? 0 : filter.samples();
  }

  /// Refuses what does not go with a task.
  ///
  /// @throws IllegalArgumentException naming the key and the remedy
  public void check(Task task) {
    if (curriculum instanceof Curriculum.Learnability
        && filter == null
        && !(task instanceof TaskMixture)) {
      throw new IllegalArgumentException(
          "curriculum learnability must have several tasks to choose between (task: {mixture:"
              + " {tasks: [...]}}) or a filter that measures problems, got neither");
    }
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      if (filter != null && filter.problems() == null && part.task().size() == Long.MAX_VALUE) {
        throw new IllegalArgumentException(
            "filter.problems must be given with task '"
                + part.name()
                + "', which has problems without end, got none");
      }
    }
  }
}
