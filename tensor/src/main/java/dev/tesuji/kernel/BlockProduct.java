package dev.tesuji.kernel;

/// A row or two times weights in blocks, one panel of outputs at a time.
///
/// @param b the weights
/// @param a where the rows begin, float32 `[rows, depth]`
/// @param c where their products go, float32 `[rows, width]`
/// @param add whether to add to C
record BlockProduct(BlockPanels b, long a, long c, boolean add) {
  /// Rows from which it takes less time to widen a panel once and to multiply by that: with the
  /// numbers in cache, a row takes 0.65 ns for 16 weights here, widening 0.75 ns and the
  /// micro-kernel from then on 0.6 ns for four rows (an EPYC 9005).
  static final int MANY = 3;

  private static final int STRIP = BlockForm.LANES;

  /// Multiplies by the outputs of a panel.
  void panel(int number, int rows) {
    int first = number * Panels.COLUMNS / STRIP;
    int end = Math.ceilDiv(Math.min(b.width(), (number + 1) * Panels.COLUMNS), STRIP);
    for (int k = 0; k < b.depth(); k += Panels.DEPTH) {
      int depth = Math.min(Panels.DEPTH, b.depth() - k);
      int strip = first;
      while (strip < end) {
        int alike = Math.min(end - strip, b.alike(strip));
        strips(strip, alike, new Span(k, depth, rows));
        strip += alike;
      }
    }
  }

  /// Some inputs of so many rows.
  private record Span(int from, int depth, int rows) {}

  private void strips(int strip, int count, Span span) {
    long sums = Scratch.of(b.scaleBytes(count + 1) + 8L * STRIP);
    BlockForm form = b.form(strip);
    BlockLoops.Strips all = b.strips(strip, count, span.from, span.depth, sums + 8L * STRIP);
    long each = all.scaleBytes(form.widened() / STRIP);
    for (int r = 0; r < span.rows; r++) {
      long row = a + 4 * ((long) r * b.depth() + span.from);
      for (int s = 0; s < count; s += 2) {
        boolean pair = s + 1 < count; // a strip that is left over is multiplied twice
        BlockLoops.Strips two =
            new BlockLoops.Strips(
                all.q() + s * all.next(),
                all.scales() + s * each,
                all.groups(),
                all.group(),
                pair ? all.next() : 0);
        for (int o = 0; o < STRIP; o += Raw.LANES) {
          multiply(form, two.from(o, form.step()), row, sums + 4L * o);
        }
        put(sums, r, strip + s, span);
        if (pair) {
          put(sums + 4L * STRIP, r, strip + s + 1, span);
        }
      }
    }
  }

  private void put(long sums, int r, int strip, Span span) {
    long to = c + 4 * ((long) r * b.width() + (long) strip * STRIP);
    int n = Math.min(STRIP, b.width() - strip * STRIP);
    if (add || span.from > 0) {
      Vectors.add(sums, to, n);
    } else if (n == STRIP) {
      for (int o = 0; o < STRIP; o += Raw.LANES) {
        Raw.put(Raw.floats(sums + 4L * o), to + 4L * o);
      }
    } else {
      Raw.copy(sums, to, 4L * n);
    }
  }

  private static void multiply(BlockForm form, BlockLoops.Strips s, long x, long to) {
    if (form.bits() == 16) {
      BlockLoops.sixteenPair(s, x, to);
    } else if (form.bits() == 8) {
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
