package dev.tesuji.compute;

/// The next tokens of the first rows: one of each, or several that follow one another.
///
/// @param rows which row each token belongs to: in order, with no row left out
/// @param ids the tokens
/// @param positions their places in their sequences, from 0
public record RowTokens(int[] rows, int[] ids, int[] positions) {
  /// Takes one token of each row.
  public static RowTokens single(int[] ids, int[] positions) {
    int[] rows = new int[ids.length];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = r;
    }
    return new RowTokens(rows, ids, positions);
  }

  /// Returns how many tokens there are.
  public int count() {
    return ids.length;
  }

  /// Returns how many rows there are.
  public int rowCount() {
    return rows.length == 0 ? 0 : rows[rows.length - 1] + 1;
  }

  /// Returns whether there is one token of each row.
  public boolean areSingle() {
    return rowCount() == count();
  }
}
