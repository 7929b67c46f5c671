package dev.tesuji.demo;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;

/// Worked chain sums of mixed quality, as the texts of a pretraining stage.
///
/// @param mixture the shares of good and bad responses
@Named("chainSums")
public record ChainSumsTexts(@Unwrapped ChainSumsCorpus mixture) implements Corpus.Made {
  /// The built-in base's mixture.
  public static final ChainSumsTexts DEFAULT = new ChainSumsTexts(ChainSumsCorpus.DEFAULT);

  @Override
  public void requireTask(TaskConfig task) {
    ChainSumsTask.of(task, "corpus chainSums goes");
  }

  /// Returns texts without end: prompt, response and end token, all of it scored.
  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    ChainSums sums = ChainSumsTask.of(task, "corpus chainSums goes");
    return TextSource.endless(
        index -> {
          Problem problem = sums.problem(index);
          return sums.prompt(problem) + mixture.response(problem);
        },
        words.tokenizer(),
        words.endToken());
  }
}
