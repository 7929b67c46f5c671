package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// Puts the rows of a matrix in pairs, as bfloat16 products want their right side: `[rows/2,
/// columns, 2]`. A row that an odd number leaves alone is paired with zeros.
final class Pairs {
  private Pairs() {}

  /// Writes rows of a stored type in pairs.
  ///
  /// @param from where the first row begins
  /// @param stride elements from one row to the next
  static void rows(long from, Dtype stored, long stride, int rows, int columns, long to) {
    for (int r = 0; r < rows; r += 2) {
      long a = from + r * stride * stored.bytes();
      long b = r + 1 < rows ? a + stride * stored.bytes() : 0;
      pair(a, b, stored, columns, to + 2L * r * columns);
    }
  }

  private static void pair(long a, long b, Dtype stored, int columns, long to) {
    int bulk = b == 0 ? 0 : columns - columns % Raw.LANES;
    if (stored == Dtype.FLOAT32) {
      LayerLoops.pairWide(a, b, bulk, to);
    } else {
      LayerLoops.pairNarrow(a, b, bulk, to);
    }
    for (int c = bulk; c < columns; c++) {
      int low = bits(a, stored, c);
      int high = b == 0 ? 0 : bits(b, stored, c);
      Raw.setInt(to + 4L * c, low | high << 16);
    }
  }

  private static int bits(long row, Dtype stored, int c) {
    short s =
        stored == Dtype.FLOAT32 ? Raw.narrowed(Raw.get(row + 4L * c)) : Raw.getShort(row + 2L * c);
    return s & 0xFFFF;
  }
}
