package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.dataset.Columns;
import dev.tesuji.tokenized.TokenizedDataset;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The preferences of a stage, and which of them are held out.
///
/// @param data the file with answers that were compared or judged; or a folder of files, or a
///   pattern; the recipe's `data` where absent, and where that is absent too, pairs that are made
///   for the built-in task
/// @param builtIn how many pairs are made for the built-in task
/// @param columns which column holds what
/// @param maxTokens the most tokens of a prompt and an answer
/// @param tooLong what happens to longer ones
/// @param heldOut the file whose examples are measured, and whose prompts are not learned from;
///   absent to hold part of `data` out
/// @param heldOutShare the share of the prompts of `data` that is held out where `heldOut` is
///   absent; 0 for none
/// @param heldOutEvery after how many steps held-out examples are measured, besides the last; 0 for
///   after the last only
public record PreferenceData(
    @Nullable Path data,
    int builtIn,
    Columns columns,
    int maxTokens,
    TokenizedDataset.TooLong tooLong,
    @Nullable Path heldOut,
    double heldOutShare,
    int heldOutEvery) {
  /// Answers beyond 1,024 tokens are an error; one prompt in twenty is held out.
  public static final PreferenceData DEFAULT =
      new PreferenceData(
          null, 4000, Columns.DEFAULT, 1024, TokenizedDataset.TooLong.ERROR, null, 0.05, 0);

  /// Checks the ranges.
  public PreferenceData {
    Require.atLeast(2, "builtIn", builtIn);
    Require.atLeast(2, "maxTokens", maxTokens);
    Require.that(
        heldOutShare >= 0 && heldOutShare < 1,
        "heldOutShare",
        "at least 0 and below 1",
        heldOutShare);
    Require.atLeast(0, "heldOutEvery", heldOutEvery);
  }

  /// Returns the limit on length.
  public TokenizedDataset.Limit limit() {
    return new TokenizedDataset.Limit(maxTokens, tooLong);
  }

  /// Returns what is learned from: files, or answers to the task's problems.
  List<TrainingTexts> learned(@Nullable Path common) {
    Path path = data == null ? common : data;
    return List.of(
        path == null
            ? new TrainingTexts.Problems(null, null)
            : new TrainingTexts.Files(path, columns));
  }

  /// Returns the file that is measured on, where there is one.
  List<TrainingTexts.Files> measured() {
    return heldOut == null ? List.of() : List.of(new TrainingTexts.Files(heldOut, columns));
  }
}
