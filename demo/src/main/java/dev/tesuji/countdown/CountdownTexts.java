package dev.tesuji.countdown;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.util.Arrays;

/// Searches of mixed quality for solutions of rounds, as the texts of a pretraining stage.
///
/// @param mixture the shares of good and bad responses
@Named("countdown")
public record CountdownTexts(@Unwrapped CountdownCorpus mixture) implements Corpus.Made {
  /// The built-in base's mixture.
  public static final CountdownTexts DEFAULT = new CountdownTexts(CountdownCorpus.DEFAULT);

  private static final String GOES = "corpus countdown goes";

  @Override
  public void requireTask(TaskConfig task) {
    CountdownTask.of(task, GOES);
  }

  /// Returns texts without end: prompt, response and end token, all of it scored.
  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    Countdown rounds = CountdownTask.of(task, GOES);
    return new TextSource() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public TokenSequence text(long index) {
        Problem problem = rounds.problem(index);
        int[] ids = words.tokenizer().encode(rounds.prompt(problem) + mixture.response(problem));
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = words.endToken();
        return TokenSequence.whole(ended);
      }
    };
  }
}
