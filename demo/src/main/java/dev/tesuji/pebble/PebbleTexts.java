package dev.tesuji.pebble;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.util.Arrays;

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
    return new TextSource() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public TokenSequence text(long index) {
        Problem problem = exercises.problem(index);
        String text = exercises.prompt(problem) + mixture.response(exercises, problem);
        int[] ids = words.tokenizer().encode(text);
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = words.endToken();
        return TokenSequence.whole(ended);
      }
    };
  }
}
