package dev.tesuji.kernel;

/// A part's keys and values of one head.
///
/// @param pages that they are in
/// @param length the tokens that these hold
/// @param keyHead which head
/// @param layout of the pages
/// @param row keys in whole pages: from one row of probabilities to the next
record PagedHead(Stretch[] pages, int length, int keyHead, CacheLayout layout, int row) {
  int dim() {
    return layout.heads().dim();
  }

  int width() {
    return layout.heads().width();
  }

  /// Returns the tokens of a page that are read.
  int held(int page) {
    return Math.min(PagedAttention.PAGE, length - page * PagedAttention.PAGE);
  }

  /// Returns where the keys of the block begin that a token of a page begins.
  long keyBlock(int page, int token) {
    long keys = pages[page].keysOf(keyHead);
    return keys + (long) layout.type().bytes() * token * dim();
  }

  /// Returns where a page's values begin.
  long values(int page) {
    return pages[page].valuesOf(keyHead);
  }
}
