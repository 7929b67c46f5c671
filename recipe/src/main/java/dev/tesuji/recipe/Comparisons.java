package dev.tesuji.recipe;

import dev.tesuji.dataset.Columns;
import dev.tesuji.env.Task;
import dev.tesuji.generate.Sampling;
import dev.tesuji.random.Streams;
import dev.tesuji.reward.Grader;
import dev.tesuji.rewardmodel.RewardExamples;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source of comparisons that a reward model learns.
public sealed interface Comparisons
    permits Comparisons.Made, Comparisons.Drawn, Comparisons.OfFiles {
  /// Comparisons that are made up for a task.
  non-sealed interface Made extends Comparisons {
    /// Makes the comparisons.
    ///
    /// @param task the recipe's task
    /// @param seed decides what is left to chance
    RewardExamples opinions(Task task, RewardExamples.Reading reading, long seed);

    /// Refuses a task that the comparisons do not go with.
    ///
    /// @throws IllegalArgumentException saying which they go with
    void requireTask(TaskConfig task);
  }

  /// Comparisons of responses that the model itself draws when the stage's turn has come, judged by
  /// a gold reward.
  non-sealed interface Drawn extends Comparisons {
    /// Returns the problems; null for the recipe's.
    @Nullable TaskConfig task();

    /// Returns the parts of the gold reward, which are added up.
    List<RewardConfig> gold();

    /// Returns the length limit of a response.
    int maxNewTokens();

    /// Returns how responses are drawn.
    Sampling sampling();

    /// Returns what is about to be done, in a few words.
    String describe();

    /// Draws responses and compares them.
    RewardExamples draw(Place place);
  }

  /// The objects that comparisons are drawn with.
  ///
  /// @param model writes the responses
  /// @param engines draw them
  /// @param task the problems
  /// @param gold judges the responses; stays open
  /// @param reading how texts become tokens, and the limit on their length
  /// @param streams decide what is left to chance
  record Place(
      LoadedModel model,
      TurnEngines engines,
      Task task,
      Grader gold,
      RewardExamples.Reading reading,
      Streams streams) {}

  /// Comparisons from data files: preference pairs, rankings, or labelled answers.
  non-sealed interface OfFiles extends Comparisons {
    /// Returns the file; or a folder of files, or a pattern; null for the recipe's `data`.
    @Nullable Path data();

    /// Returns which column holds what.
    Columns columns();
  }
}
