package dev.tesuji.recipe;

import dev.tesuji.dataset.Columns;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import java.nio.file.Path;

/// The texts of a pretraining stage.
public sealed interface Corpus permits Corpus.Made, Corpus.OfFiles {
  /// Texts that are made up for a task, without end.
  non-sealed interface Made extends Corpus {
    /// Makes the texts.
    ///
    /// @param task the recipe's task
    /// @param words how texts become tokens
    TextSource texts(TaskConfig task, TokenizedDataset.Words words);

    /// Refuses a task that the texts do not go with.
    ///
    /// @throws IllegalArgumentException saying which it goes with
    void requireTask(TaskConfig task);
  }

  /// Texts from data files.
  non-sealed interface OfFiles extends Corpus {
    /// Returns the file; or a folder of files, or a pattern.
    Path data();

    /// Returns which column holds what.
    Columns columns();

    /// Returns the limit on the length of texts.
    TokenizedDataset.Limit limit();
  }

  /// Texts from data files: JSON lines, JSON, CSV or Parquet.
  ///
  /// @param data the file; or a folder of files, or a pattern
  /// @param column the field with the text
  /// @param maxTokens the most tokens of a text
  /// @param tooLong what happens to longer ones
  record Jsonl(Path data, String column, int maxTokens, TokenizedDataset.TooLong tooLong)
      implements OfFiles {
    @Override
    public Columns columns() {
      return Columns.DEFAULT.withText(column);
    }

    @Override
    public TokenizedDataset.Limit limit() {
      return new TokenizedDataset.Limit(maxTokens, tooLong);
    }
  }
}
