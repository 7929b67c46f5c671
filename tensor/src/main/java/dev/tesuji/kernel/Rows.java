package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.util.stream.IntStream;

/// Small things done to the rows of a matrix.
public final class Rows {
  private static final int GRAIN = 64; // rows; fixed, since partial sums depend on it

  private Rows() {}

  /// Adds rows to partial sums, one for every [Tiles#SUMMED] rows.
  ///
  /// @param from float32 `[count, width]`
  /// @param first the number of the first row
  /// @param partial where the sum of row 0 is
  public static void addParts(long from, int first, int count, int width, long partial) {
    KernelThreadPool.ranges(
        count,
        Tiles.SUMMED,
        (begin, end) -> {
          for (int r = begin; r < end; r++) {
            long sum = partial + 4L * ((first + r) / Tiles.SUMMED) * width;
            Vectors.add(from + 4L * r * width, sum, width);
          }
        });
  }

  /// Adds partial sums up.
  ///
  /// @param rows of how many rows they are
  /// @param to float32 `[width]`, added to
  public static void sumParts(long partial, int rows, int width, long to) {
    for (int r = 0; r < rows; r += Tiles.SUMMED) {
      Vectors.add(partial + 4L * (r / Tiles.SUMMED) * width, to, width);
    }
  }

  /// Writes the sums of the rows that go to the same place, and zeros where none goes.
  ///
  /// @param from float32 `[n, width]`
  /// @param which for each row, its place
  /// @param to float32 `[places, width]`
  public static void sums(long from, int[] which, int width, int places, long to) {
    int[] starts = starts(which, places);
    int[] order = order(which, starts);
    KernelThreadPool.ranges(
        places,
        GRAIN,
        (first, end) -> {
          for (int p = first; p < end; p++) {
            long row = to + 4L * p * width;
            if (starts[p] == starts[p + 1]) {
              Raw.zero(row, 4L * width);
            }
            for (int i = starts[p]; i < starts[p + 1]; i++) {
              long source = from + 4L * order[i] * width;
              if (i == starts[p]) {
                Raw.copy(source, row, 4L * width);
              } else {
                Vectors.add(source, row, width);
              }
            }
          }
        });
  }

  /// Adds to each row of a table the sum of the rows that go there.
  ///
  /// @param from float32 `[n, width]`
  /// @param which for each row, its place
  /// @param table float32 or bfloat16 `[places, width]`
  /// @param places how many there are
  public static void add(long from, int[] which, Tensor table, int places) {
    int width = Math.toIntExact(table.size(1));
    int[] starts = starts(which, places);
    int[] order = order(which, starts);
    long to = Raw.address(table);
    boolean wide = table.dtype() == Dtype.FLOAT32;
    int[] used = IntStream.range(0, places).filter(p -> starts[p] < starts[p + 1]).toArray();
    KernelThreadPool.run(
        used.length,
        (u, _) -> {
          int p = used[u];
          long sum = Scratch.of(4L * width);
          Raw.zero(sum, 4L * width);
          for (int i = starts[p]; i < starts[p + 1]; i++) {
            Vectors.add(from + 4L * order[i] * width, sum, width);
          }
          if (wide) {
            Vectors.add(sum, to + 4L * p * width, width);
          } else {
            Vectors.addNarrow(sum, width, to + 2L * p * width);
          }
        });
  }

  /// Returns where each place's rows begin in [#order], and where the last ones end.
  private static int[] starts(int[] which, int places) {
    int[] starts = new int[places + 1];
    for (int p : which) {
      starts[p + 1]++;
    }
    for (int p = 0; p < places; p++) {
      starts[p + 1] += starts[p];
    }
    return starts;
  }

  /// Returns the numbers of the rows, by place and then as they come.
  private static int[] order(int[] which, int[] starts) {
    int[] next = starts.clone();
    int[] order = new int[which.length];
    for (int r = 0; r < which.length; r++) {
      order[next[which[r]]++] = r;
    }
    return order;
  }

  /// Rounds float32 to bfloat16.
  static void narrow(long from, long elements, long to) {
    int run = 1 << 14;
    KernelThreadPool.run(
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
    KernelThreadPool.ranges(
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
