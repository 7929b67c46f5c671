package dev.tesuji.kernel;

import dev.tesuji.tensor.NativeFunctions;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// Transposes matrices of 32-bit elements: by FBGEMM's function, which libtorch holds, or a plain
/// loop where the matrix is small or there is no such function.
final class Transpose {
  private static final int TILE = 16;
  private static final @Nullable MethodHandle FBGEMM = find();

  private Transpose() {}

  private static @Nullable MethodHandle find() {
    var l = ValueLayout.JAVA_LONG;
    return NativeFunctions.find(
        "_ZN6fbgemm14transpose_simdIfEEvllPKT_lPS1_l", FunctionDescriptor.ofVoid(l, l, l, l, l, l));
  }

  /// Writes the transpose of `[rows, columns]` as `[columns, rows]`.
  ///
  /// @param from where the matrix begins, `fromStride` elements from row to row
  /// @param to where the transpose begins, `toStride` elements from row to row
  static void floats(long from, long fromStride, long to, long toStride, int rows, int columns) {
    if (FBGEMM == null || rows < TILE || columns < TILE) {
      loop(from, fromStride, to, toStride, rows, columns);
      return;
    }
    try {
      FBGEMM.invokeExact((long) rows, (long) columns, from, fromStride, to, toStride);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a transposition failed", e);
    }
  }

  private static void loop(
      long from, long fromStride, long to, long toStride, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      long row = from + 4L * r * fromStride;
      long column = to + 4L * r;
      for (int c = 0; c < columns; c++) {
        Raw.setInt(column + 4L * c * toStride, Raw.getInt(row + 4L * c));
      }
    }
  }
}
