package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// B = Wᵀ for a weight W `[width, depth]` that was rounded to whole numbers of 8 bits, with a scale
/// for each output: the product rounds each row of A to 8 bits too, and sums whole numbers, which
/// are exact in any order.
///
/// A weight of an output whose largest is m becomes the nearest of 255 steps of m / 127.
///
/// @param address where the whole numbers begin, panel by panel: `[depth / 4, 64, 4]`
/// @param depth inputs, a multiple of 4
/// @param width outputs
public record EightBitPanels(long address, int depth, int width) implements Panels {
  private static final int LEVELS = 127;

  /// Returns whether this machine multiplies bytes fast.
  public static boolean available() {
    return Kernels.available() && Brgemm.available(Dtype.UINT8);
  }

  /// Returns the bytes of the memory that a weight takes.
  public static long bytes(long depth, long width) {
    return Math.ceilDiv(width, COLUMNS) * COLUMNS * (depth + 2 * Float.BYTES);
  }

  /// Rounds a weight.
  ///
  /// @param w float32 or bfloat16 `[width, depth]`
  /// @param memory uint8, as many as [#bytes] says
  public static EightBitPanels of(Tensor w, Tensor memory) {
    int depth = Math.toIntExact(w.size(1));
    int width = Math.toIntExact(w.size(0));
    long address = Raw.address(memory, Dtype.UINT8, bytes(depth, width));
    EightBitPanels panels = new EightBitPanels(address, depth, width);
    long from = Raw.address(w);
    KernelThreadPool.run(panels.count(), (p, _) -> panels.round(from, w.dtype(), p));
    return panels;
  }

  /// Returns where the scales of outputs begin, float32.
  long scales() {
    return address + (long) count() * COLUMNS * depth;
  }

  /// Returns where the sums of outputs' whole numbers begin, int32.
  long sums() {
    return scales() + 4L * count() * COLUMNS;
  }

  /// Returns where a panel begins.
  long panel(int number) {
    return address + (long) number * COLUMNS * depth;
  }

  private void round(long w, Dtype stored, int panel) {
    long rows = Scratch.of((long) COLUMNS * depth + 4L * depth);
    long wide = rows + (long) COLUMNS * depth;
    for (int c = 0; c < COLUMNS; c++) {
      int output = panel * COLUMNS + c;
      long to = rows + (long) c * depth;
      float scale = 0;
      int sum = 0;
      if (output < width) {
        long from = w + (long) output * depth * stored.bytes();
        if (stored == Dtype.BFLOAT16) {
          Vectors.widen(from, depth, wide);
          from = wide;
        }
        scale = EightBitLoops.largest(from, depth) / LEVELS;
        EightBitLoops.round(from, depth, scale == 0 ? 0 : 1 / scale, 0, to);
        sum = EightBitLoops.sum(to, depth);
      } else {
        Raw.zero(to, depth);
      }
      Raw.set(scales() + 4L * output, scale);
      Raw.setInt(sums() + 4L * output, sum);
    }
    Transpose.floats(rows, depth / 4, panel(panel), COLUMNS, COLUMNS, depth / 4);
  }

  /// Rounds rows of A to 8 bits without sign: 128 stands for 0.
  ///
  /// @param to takes `[rows, depth]`
  /// @param steps takes the scale of each row, float32
  void roundRows(long a, int rows, long to, long steps) {
    KernelThreadPool.ranges(
        rows,
        8,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            long row = a + 4L * r * depth;
            float scale = EightBitLoops.largest(row, depth) / LEVELS;
            EightBitLoops.round(row, depth, scale == 0 ? 0 : 1 / scale, 128, to + (long) r * depth);
            Raw.set(steps + 4L * r, scale);
          }
        });
  }

  @Override
  public Dtype type() {
    return Dtype.FLOAT32;
  }

  @Override
  public int stride(int columns) {
    return columns;
  }

  @Override
  public long storedBytes() {
    return bytes(depth, width);
  }

  @Override
  public long part(int column, int columns, int from, int rows, long scratch) {
    long panel = panel(column / COLUMNS);
    for (int k = 0; k < rows; k++) {
      for (int c = 0; c < columns; c++) {
        long at = panel + (long) (from + k) / 4 * COLUMNS * 4 + 4L * c;
        int q = (byte) (Raw.getInt(at) >> ((from + k) % 4 * 8));
        Raw.set(scratch + 4L * (k * columns + c), q * Raw.get(scales() + 4L * (column + c)));
      }
    }
    return scratch;
  }
}
