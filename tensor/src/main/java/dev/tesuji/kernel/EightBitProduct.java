package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// C (+)= A · B over all cores for weights of 8 bits: A's rows are rounded to 8 bits, each by its
/// own scale, and a row's numbers hang on nothing beside it.
final class EightBitProduct {
  private static final int ROWS = 32; // of A per call of the micro-kernel
  private static final int RANGE = 256; // rows of A that are worth a panel of their own

  private EightBitProduct() {}

  /// Multiplies.
  ///
  /// @param a where A `[m, b.depth]` begins, float32
  /// @param c where C `[m, b.width]` begins, float32
  /// @param add whether to add to C
  static void run(long a, int m, EightBitPanels b, long c, boolean add) {
    Profile.count(2L * m * b.depth() * b.width(), (long) m * b.depth() + b.storedBytes());
    long bytes = Scratch.ofFactors((long) m * b.depth() + 4L * m + 4);
    long steps = (bytes + (long) m * b.depth() + 3) & ~3L;
    b.roundRows(a, m, bytes, steps);
    int ranges = Math.clamp(4L * KernelThreadPool.slots() / b.count(), 1, Math.max(1, m / RANGE));
    int each = Math.ceilDiv(Math.ceilDiv(m, ranges), ROWS) * ROWS;
    int parts = Math.ceilDiv(m, each);
    Rounded rounded = new Rounded(b, bytes, steps, c, add);
    KernelThreadPool.run(
        b.count() * parts,
        (item, _) -> {
          int from = item % parts * each;
          rounded.panel(item / parts, from, Math.min(m, from + each));
        });
  }

  /// Rows in 8 bits and where their products go.
  private record Rounded(EightBitPanels b, long a, long steps, long c, boolean add) {
    void panel(int number, int from, int to) {
      long products = Scratch.of(4L * ROWS * Panels.COLUMNS + 4L * Panels.COLUMNS);
      long row = products + 4L * ROWS * Panels.COLUMNS;
      int column = number * Panels.COLUMNS;
      int columns = Math.min(Panels.COLUMNS, b.width() - column);
      for (int r = from; r < to; r += ROWS) {
        int rows = Math.min(ROWS, to - r);
        int n = Panels.COLUMNS;
        new Brgemm(Dtype.UINT8, rows, n, b.depth(), b.depth(), n, n, false)
            .run(a + (long) r * b.depth(), b.panel(number), products);
        for (int i = 0; i < rows; i++) {
          EightBitLoops.Row of =
              new EightBitLoops.Row(
                  products + 4L * i * n, b.sums() + 4L * column, b.scales() + 4L * column);
          EightBitLoops.scale(of, n, Raw.get(steps + 4L * (r + i)), row);
          long out = c + 4 * ((long) (r + i) * b.width() + column);
          if (add) {
            Vectors.add(row, out, columns);
          } else {
            Raw.copy(row, out, 4L * columns);
          }
        }
      }
    }
  }
}
