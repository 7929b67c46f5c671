package dev.tesuji.kernel;

/// The products of a block of queries with the keys and values of one head, page by page from the
/// beginning of a prompt. See [PagedAttention].
sealed interface PageProducts permits WidePageProducts, NarrowPageProducts {
  /// Returns how many queries or tokens are computed for a number of them: those behind the last
  /// with it, for nothing, so that there are few dimensions.
  static int grains(int n) {
    return Kernels.whole(n);
  }

  /// Multiplies queries by keys, into the probabilities' place.
  ///
  /// @param queries float32 `[count, width]`
  /// @param pages how many of them the queries see
  void scores(long queries, int count, int pages);

  /// Mixes the values by the probabilities.
  ///
  /// @return where the sums are, float32 `[count, width]`
  long mix(int count, int pages);
}
