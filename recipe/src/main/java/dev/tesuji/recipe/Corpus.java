package dev.tesuji.recipe;

import dev.tesuji.chainsums.ChainSumsCorpus;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.world.WorldCorpus;
import java.nio.file.Path;

/// The texts of a pretraining stage.
public sealed interface Corpus {
  /// Worked chain sums of mixed quality.
  ///
  /// @param direct the share of responses that answer at once
  /// @param skipping the share that do several terms in one step
  /// @param guessed the share of answers given at once that are wrong
  /// @param wrong the share of worked responses that carry a wrong step
  /// @param untagged the share that leave the answer tags out
  record ChainSums(double direct, double skipping, double guessed, double wrong, double untagged)
      implements Corpus {
    /// The built-in base's mixture.
    public static final ChainSums DEFAULT =
        new ChainSums(
            ChainSumsCorpus.DEFAULT.direct(),
            ChainSumsCorpus.DEFAULT.skipping(),
            ChainSumsCorpus.DEFAULT.guessed(),
            ChainSumsCorpus.DEFAULT.wrong(),
            ChainSumsCorpus.DEFAULT.untagged());

    ChainSumsCorpus open() {
      return new ChainSumsCorpus(direct, skipping, guessed, wrong, untagged);
    }
  }

  /// Questions of the built-in world and responses of mixed quality.
  ///
  /// @param mixture the shares of good and bad responses
  record World(@Flat WorldCorpus mixture) implements Corpus {
    /// The mixture of the world's base.
    public static final World DEFAULT = new World(WorldCorpus.DEFAULT);
  }

  /// Texts from data files: JSON lines, JSON, CSV or Parquet.
  ///
  /// @param data the file; or a folder of files, or a pattern
  /// @param column the field with the text
  /// @param maxTokens the most tokens of a text
  /// @param tooLong what happens to longer ones
  record Jsonl(Path data, String column, int maxTokens, TokenizedDataset.TooLong tooLong)
      implements Corpus {}
}
