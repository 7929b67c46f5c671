package dev.tesuji.recipe;

import dev.tesuji.dataset.Columns;
import dev.tesuji.env.Task;
import dev.tesuji.rewardmodel.RewardExamples;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The texts that a stage learns from, as far as they are there before a run: to hold against what
/// is held out.
public sealed interface TrainingTexts {
  /// Rows of files.
  ///
  /// @param path the file; or a folder of files, or a pattern
  /// @param columns which column holds what
  record Files(Path path, Columns columns) implements TrainingTexts {}

  /// Problems that a model answers.
  ///
  /// @param task whose; null for the recipe's
  /// @param data the file of other problems than the recipe's; null for the same
  record Problems(@Nullable TaskConfig task, @Nullable Path data) implements TrainingTexts {}

  /// Texts that are made up.
  record Corpora(Corpus.Made made) implements TrainingTexts {}

  /// Demonstrations that are made up.
  record Demonstrations(MadeData made) implements TrainingTexts {}

  /// Comparisons that are made up.
  record Rankings(Ranker ranker) implements TrainingTexts {}

  /// Makes comparisons, as `Comparisons.Made` does.
  @FunctionalInterface
  interface Ranker {
    /// Makes the comparisons.
    ///
    /// @param task the recipe's task
    /// @param seed decides what is left to chance
    RewardExamples opinions(Task task, RewardExamples.Reading reading, long seed);
  }

  /// Samples of an earlier stage, whose problems are that stage's.
  record Samples(String stage) implements TrainingTexts {}
}
