package dev.tesuji.countdown;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;

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
    return TextSource.endless(
        index -> {
          Problem problem = rounds.problem(index);
          return rounds.prompt(problem) + mixture.response(problem);
        },
        words.tokenizer(),
        words.endToken());
  }
}
