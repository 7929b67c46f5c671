package dev.tesuji.kernel;

/// Blocks of queries against the keys and values of one head, which lie in blocks of
/// [CausalAttention#BLOCK]: softmax(s Q Kᵀ).
///
/// The numbers of a query depend on its place among the keys alone, not on the other queries of its
/// block: so it makes no difference in how many parts a sequence is read.
///
/// @param heads the layout
/// @param scale s
/// @param row keys in whole blocks: from one row of probabilities to the next
/// @param probabilities takes those of one block of queries, `[BLOCK, row]`
record QueryBlocks(Heads heads, float scale, int row, long probabilities) {
  private static final int BLOCK = CausalAttention.BLOCK;

  /// Returns how many queries a block has from the one at a place on: up to the end of a block of
  /// keys.
  static int count(int place, int left) {
    return Math.min(BLOCK - place % BLOCK, left);
  }

  /// Returns the keys, in whole blocks, that a block of queries is compared with.
  static int end(int place, int count) {
    return (place + count + BLOCK - 1) / BLOCK * BLOCK;
  }

  /// Makes the scores of a block of queries over the keys up to its end probabilities.
  ///
  /// @param place that of the first query among the keys
  void softmax(int place, int count) {
    int end = end(place, count);
    for (int r = 0; r < count; r++) {
      long p = probabilities + 4L * r * row;
      int seen = place + r + 1;
      float sum = Vectors.exp(p, seen, Vectors.max(p, seen), scale);
      Vectors.scale(p, seen, 1 / sum);
      Raw.zero(p + 4L * seen, 4L * (end - seen));
    }
  }

  /// Turns the gradients at a block of queries' probabilities into those at the scores.
  ///
  /// @param end the keys that the queries see, in whole blocks
  /// @param gradients like the probabilities
  void slopes(int end, int count, long gradients) {
    for (int r = 0; r < count; r++) {
      long p = probabilities + 4L * r * row;
      long s = gradients + 4L * r * row;
      LayerLoops.slope(p, s, end, Vectors.dot(p, s, end), scale);
    }
  }
}
