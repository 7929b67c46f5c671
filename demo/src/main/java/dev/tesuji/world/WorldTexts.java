package dev.tesuji.world;

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
@Named("world")
public record WorldTexts(@Unwrapped WorldCorpus mixture) implements Corpus.Made {
  /// The mixture of the world's base.
  public static final WorldTexts DEFAULT = new WorldTexts(WorldCorpus.DEFAULT);

  @Override
  public void requireTask(TaskConfig task) {
    WorldTask.of(task, "corpus world goes");
  }

  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    return mixture.texts(
        WorldTask.of(task, "corpus world goes"), words.tokenizer(), words.endToken());
  }
}
