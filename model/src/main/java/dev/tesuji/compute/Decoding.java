package dev.tesuji.compute;

import dev.tesuji.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sequences that are being generated, row by row, with what the model remembers of them.
///
/// Rows in use are the first ones. Weights must not change while it is open; close it to free what
/// it holds.
public interface Decoding extends AutoCloseable {
  /// Returns how many rows there can be.
  int rows();

  /// Returns how many rows are read on together at most: what lies in a cache is read faster.
  int together();

  /// Returns what reads prompts part by part; null where they are read whole only.
  default @Nullable PromptReader reader() {
    return null;
  }

  /// Reads prompts for new rows that continue them.
  ///
  /// @param promptOf which of the prompts each new row continues
  /// @param firstRow the first of the new rows
  /// @return what comes next in each new row, float32 logits `[rows, V]`
  Tensor prefill(List<int[]> prompts, int[] promptOf, int firstRow);

  /// Returns whether several tokens of a row can be read in one pass, each with the bits that it
  /// has when they are read one after another.
  default boolean readsAhead() {
    return false;
  }

  /// Reads one more token per row, or several where [#readsAhead].
  ///
  /// @param tokens of at most [#together] rows
  /// @return what comes after each token, float32 logits `[tokens, V]`
  Tensor decode(RowTokens tokens);

  /// Reads one more token per row.
  ///
  /// @param ids the tokens of rows 0 to R - 1
  /// @param positions their places in their sequences, from 0
  /// @return what comes next, float32 logits `[R, V]`
  default Tensor decode(int[] ids, int[] positions) {
    return decode(RowTokens.single(ids, positions));
  }

  /// Puts the last row in use in the place of another, which is over.
  ///
  /// @param length the tokens that the last row has
  void replace(int row, int last, int length);

  @Override
  void close();
}
