package dev.tesuji.kernel;

/// C (+)= A · B over all cores, summed in float32.
///
/// Each item of work is a panel of B and a range of A's rows; the panel stays in the core's cache
/// while the rows pass. The sums do not depend on how many rows A has or who computes them but for
/// the blocking of the micro-kernel.
public final class MatrixProduct {
  private static final int ROWS = 32; // of A per call of the micro-kernel
  private static final int RANGE = 256; // rows of A that are worth a panel of their own

  private MatrixProduct() {}

  /// Multiplies.
  ///
  /// @param a where A `[m, B.depth]` begins, of the panels' type
  /// @param c where C `[m, B.width]` begins, float32
  /// @param add whether to add to C
  public static void run(long a, int m, Panels b, long c, boolean add) {
    if (m == 0) {
      return;
    }
    if (b instanceof BlockPanels blocks && m < BlockProduct.MANY) {
      blocks(a, m, blocks, c, add);
      return;
    }
    long operands = (long) m * b.depth() + (long) b.depth() * b.width();
    Profile.count(2L * m * b.depth() * b.width(), operands * b.type().bytes() + 4L * m * b.width());
    int ranges = Math.clamp(4L * KernelThreadPool.slots() / b.count(), 1, Math.max(1, m / RANGE));
    int each = (((m + ranges - 1) / ranges + ROWS - 1) / ROWS) * ROWS;
    int parts = (m + each - 1) / each;
    long bytes = b instanceof Panels.Packed ? 0 : b.scratchBytes();
    KernelThreadPool.run(
        b.count() * parts,
        (item, _) -> {
          int from = item % parts * each;
          int to = Math.min(m, from + each);
          new Panel(b, item / parts * Panels.COLUMNS, bytes == 0 ? 0 : Scratch.of(bytes))
              .multiply(a, from, to, c, add);
        });
  }

  /// Multiplies few rows by weights as they are kept.
  private static void blocks(long a, int m, BlockPanels b, long c, boolean add) {
    long rows = 4L * m * (b.depth() + b.width());
    Profile.count(2L * m * b.depth() * b.width(), rows + b.storedBytes());
    BlockProduct product = new BlockProduct(b, a, c, add);
    KernelThreadPool.run(b.count(), (panel, _) -> product.panel(panel, m));
  }

  /// Computes some rows of one panel of C.
  ///
  /// @param number the panel's
  static void panel(Panels b, int number, long a, int from, int to, long c) {
    long bytes = b instanceof Panels.Packed ? 0 : b.scratchBytes();
    new Panel(b, number * Panels.COLUMNS, bytes == 0 ? 0 : Scratch.of(bytes))
        .multiply(a, from, to, c, false);
  }

  /// Some columns of B, and the scratch memory of who works on them.
  private record Panel(Panels b, int column, long scratch) {
    void multiply(long a, int from, int to, long c, boolean add) {
      int columns = Math.min(Panels.COLUMNS, b.width() - column);
      for (int k = 0; k < b.depth(); k += Panels.DEPTH) {
        int rows = Math.min(Panels.DEPTH, b.depth() - k);
        long part = b.part(column, columns, k, rows, scratch);
        for (int r = from; r < to; r += ROWS) {
          new Brgemm(
                  b.type(),
                  Math.min(ROWS, to - r),
                  columns,
                  rows,
                  b.depth(),
                  b.stride(columns),
                  b.width(),
                  add || k > 0)
              .run(
                  a + ((long) r * b.depth() + k) * b.type().bytes(),
                  part,
                  c + 4 * ((long) r * b.width() + column));
        }
      }
    }
  }
}
