package dev.tesuji.pebble;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;

/// Exercises and programs of mixed quality, as the texts of a pretraining stage.
///
/// @param mixture the share of careful authors
@Named("pebble")
public record PebbleTexts(@Unwrapped ExercisesCorpus mixture) implements Corpus.Made {
  /// The usual mixture.
  public static final PebbleTexts DEFAULT = new PebbleTexts(ExercisesCorpus.DEFAULT);

  private static final String GOES = "corpus pebble goes";

  @Override
  public void requireTask(TaskConfig task) {
    PebbleTask.of(task, GOES);
  }

  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    Exercises exercises = PebbleTask.of(task, GOES);
    return TextSource.endless(
        index -> {
          Problem problem = exercises.problem(index);
          return exercises.prompt(problem) + mixture.response(exercises, problem);
        },
        words.tokenizer(),
        words.endToken());
  }
}
