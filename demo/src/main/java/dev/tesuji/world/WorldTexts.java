package dev.tesuji.world;

import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;

/// Questions of the built-in world and responses of mixed quality, as the texts of a pretraining
/// stage.
///
/// @param mixture the shares of good and bad responses
/// @param told the share of texts that state what is so, without a question; topics and deeds that
///   are held out are read of there and nowhere else
@Named("world")
public record WorldTexts(@Unwrapped WorldCorpus mixture, double told) implements Corpus.Made {
  /// The mixture of the world's base.
  public static final WorldTexts DEFAULT = new WorldTexts(WorldCorpus.DEFAULT, 0.1);

  /// Checks the range.
  public WorldTexts {
    Require.that(told >= 0 && told <= 1, "told", "a share from 0 to 1", told);
  }

  @Override
  public void requireTask(TaskConfig task) {
    WorldTask.of(task, "corpus world goes");
  }

  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    return mixture.texts(
        WorldTask.of(task, "corpus world goes"), told, words.tokenizer(), words.endToken());
  }
}
