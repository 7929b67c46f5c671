package dev.tesuji.kernel;

/// Some rows of a few times weights in blocks, one panel of outputs at a time.
///
/// @param b the weights
/// @param a where the rows begin, float32 `[rows, depth]`
/// @param c where their products go, float32 `[rows, width]`
/// @param add whether to add to C
record BlockProduct(BlockPanels b, long a, long c, boolean add) {
  /// Rows from which widening a panel costs less than reading its small numbers for every few rows.
  static final int MANY = 12;

  private static final int STRIP = BlockForm.LANES;
  private static final int ROWS = 4; // that a strip is multiplied by at once

  /// Multiplies by the outputs of a panel.
  void panel(int number, int rows) {
    int first = number * Panels.COLUMNS;
    int end = Math.min(b.width(), first + Panels.COLUMNS);
    for (int k = 0; k < b.depth(); k += Panels.DEPTH) {
      int depth = Math.min(Panels.DEPTH, b.depth() - k);
      int strip = first / STRIP;
      int last = (end + STRIP - 1) / STRIP;
      while (strip < last) {
        int alike = Math.min(last - strip, b.alike(strip));
        strips(strip, alike, new Span(k, depth, rows));
        strip += alike;
      }
    }
  }

  /// Some inputs of so many rows.
  private record Span(int from, int depth, int rows) {}

  private void strips(int strip, int count, Span span) {
    long sums = Scratch.of(b.scaleBytes(count) + 4L * ROWS * STRIP);
    BlockForm form = b.form(strip);
    BlockLoops.Strips all =
        b.strips(strip, count, span.from, span.depth, sums + 4L * ROWS * STRIP);
    long each = all.scaleBytes(form.widened() / STRIP);
    for (int s = 0; s < count; s++) {
      int r = 0;
      for (; r + ROWS <= span.rows; r += ROWS) {
        fourRows(form, at(all, s, each), row(r, span), sums);
        for (int i = 0; i < ROWS; i++) {
          put(sums + 4L * i * STRIP, r + i, strip + s, span);
        }
      }
    }
    for (int r = span.rows / ROWS * ROWS; r < span.rows; r++) {
      for (int s = 0; s < count; s += 2) {
        boolean pair = s + 1 < count;
        BlockLoops.Strips two = at(all, s, each);
        two = pair ? two : new BlockLoops.Strips(two.q(), two.scales(), two.groups(), two.group(), 0);
        oneRow(form, two, row(r, span), sums);
        put(sums, r, strip + s, span);
        if (pair) {
          put(sums + 4L * STRIP, r, strip + s + 1, span);
        }
      }
    }
  }

  private static BlockLoops.Strips at(BlockLoops.Strips all, int s, long scaleBytes) {
    return new BlockLoops.Strips(
        all.q() + s * all.next(),
        all.scales() + s * scaleBytes,
        all.groups(),
        all.group(),
        all.next());
  }

  private long row(int r, Span span) {
    return a + 4 * ((long) r * b.depth() + span.from);
  }

  private void put(long sums, int r, int strip, Span span) {
    long to = c + 4 * ((long) r * b.width() + (long) strip * STRIP);
    int n = Math.min(STRIP, b.width() - strip * STRIP);
    if (add || span.from > 0) {
      Vectors.add(sums, to, n);
    } else if (n == STRIP) {
      Raw.put(Raw.floats(sums), to);
    } else {
      Raw.copy(sums, to, 4L * n);
    }
  }

  private void fourRows(BlockForm form, BlockLoops.Strips s, long x, long to) {
    long stride = 4L * b.depth();
    if (form.bits() == 8) {
      if (form.least()) {
        BlockLoops.eightLeastRows(s, x, stride, to);
      } else {
        BlockLoops.eightRows(s, x, stride, to);
      }
    } else if (form.least()) {
      BlockLoops.fourLeastRows(s, x, stride, to);
    } else {
      BlockLoops.fourRows(s, x, stride, to);
    }
  }

  private static void oneRow(BlockForm form, BlockLoops.Strips s, long x, long to) {
    if (form.bits() == 8) {
      if (form.least()) {
        BlockLoops.eightLeastPair(s, x, to);
      } else {
        BlockLoops.eightPair(s, x, to);
      }
    } else if (form.least()) {
      BlockLoops.fourLeastPair(s, x, to);
    } else {
      BlockLoops.fourPair(s, x, to);
    }
  }
}
