package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// Small things done to the rows of a matrix.
public final class Rows {
  private static final int GRAIN = 64; // rows; fixed, since partial sums depend on it

  private Rows() {}

  /// Adds the sum of all rows of float32 `[rows, width]` to a row.
  public static void sum(long from, int rows, int width, long to) {
    int parts = (rows + GRAIN - 1) / GRAIN;
    try (Scope _ = Scope.open()) {
      long partial = Raw.address(Tensor.zeros(Dtype.FLOAT32, (long) parts * width));
      Team.run(
          parts,
          (part, _) -> {
            int end = Math.min(rows, (part + 1) * GRAIN);
            for (int r = part * GRAIN; r < end; r++) {
              Vectors.add(from + 4L * r * width, partial + 4L * part * width, width);
            }
          });
      for (int part = 0; part < parts; part++) {
        Vectors.add(partial + 4L * part * width, to, width);
      }
    }
  }

  /// Rounds float32 to bfloat16.
  static void narrow(long from, long elements, long to) {
    int run = 1 << 14;
    Team.run(
        Math.toIntExact((elements + run - 1) / run),
        (i, _) -> {
          long at = (long) i * run;
          Vectors.narrow(from + 4 * at, (int) Math.min(run, elements - at), to + 2 * at);
        });
  }

  /// Copies rows of a table, float32 or bfloat16, to float32.
  ///
  /// @param table where `[n, width]` begins; width a multiple of sixteen
  /// @param which the numbers of the rows
  public static void gather(long table, Dtype stored, int width, int[] which, long to) {
    Team.ranges(
        which.length,
        GRAIN,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            long row = table + (long) which[r] * width * stored.bytes();
            long out = to + 4L * r * width;
            if (stored == Dtype.FLOAT32) {
              Raw.copy(row, out, 4L * width);
            } else {
              Vectors.widen(row, width, out);
            }
          }
        });
  }
}
