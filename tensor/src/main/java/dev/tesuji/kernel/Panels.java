package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// The right side B of a product, `[depth, width]`, cut into panels of [#COLUMNS] columns and each
/// panel into parts of [#DEPTH] rows: pieces that stay in a core's cache while rows of A pass by.
public sealed interface Panels
    permits Panels.Packed, Panels.Transposed, Panels.Plain, BlockPanels, EightBitPanels {
  /// Columns of a panel but the last.
  int COLUMNS = 64;

  /// Rows of a part but the last.
  int DEPTH = 2048;

  /// The type of the product.
  Dtype type();

  /// Rows of B.
  int depth();

  /// Columns of B.
  int width();

  /// Elements from one row of a part to the next.
  int stride(int columns);

  /// Returns where a part of a panel begins, in the order that [Brgemm] wants, after writing it to
  /// `scratch` where it is not there already.
  ///
  /// @param column the panel's first column
  /// @param columns how many it has
  /// @param from the part's first row, a multiple of [#DEPTH]
  /// @param rows how many it has
  long part(int column, int columns, int from, int rows, long scratch);

  /// How many panels there are.
  default int count() {
    return (width() + COLUMNS - 1) / COLUMNS;
  }

  /// Bytes of scratch memory that a part needs.
  default long scratchBytes() {
    return (long) COLUMNS * (Math.min(depth(), DEPTH) + 1) * type().bytes();
  }

  /// Returns the bytes of B as it is read again and again: packed, unless it is kept in blocks.
  default long storedBytes() {
    return Packed.elements(this) * type().bytes();
  }

  /// B = Wᵀ for a weight W `[width, depth]`: x · B maps inputs to outputs.
  static Panels transposed(Tensor w, Dtype type) {
    return new Transposed(
        Raw.address(w), w.dtype(), type, Math.toIntExact(w.size(1)), Math.toIntExact(w.size(0)));
  }

  /// B = W `[depth, width]` itself: gradient · B maps gradients at outputs to those at inputs.
  static Panels plain(Tensor w, Dtype type) {
    return new Plain(
        Raw.address(w), w.dtype(), type, Math.toIntExact(w.size(0)), Math.toIntExact(w.size(1)));
  }

  /// Panels that were written once, for many products with the same weights.
  record Packed(long address, Dtype type, int depth, int width) implements Panels {
    /// Elements of the memory that panels need.
    public static long elements(Panels of) {
      return (long) of.width() * even(of.depth());
    }

    /// Writes panels to a tensor.
    public static Packed of(Panels panels, Tensor memory) {
      long address = Raw.address(memory, panels.type(), elements(panels));
      Packed packed = new Packed(address, panels.type(), panels.depth(), panels.width());
      KernelThreadPool.run(panels.count(), (p, _) -> packed.write(panels, p));
      return packed;
    }

    private void write(Panels panels, int p) {
      int column = p * COLUMNS;
      int columns = Math.min(COLUMNS, width - column);
      for (int from = 0; from < depth; from += DEPTH) {
        int rows = Math.min(DEPTH, depth - from);
        long to = part(column, columns, from, rows, 0);
        long at = panels.part(column, columns, from, rows, to);
        if (at != to) {
          copy(at, panels.stride(columns), to, columns, rows);
        }
      }
    }

    /// Copies a part of float32 rows that lie apart.
    private static void copy(long from, int stride, long to, int columns, int rows) {
      for (int r = 0; r < rows; r++) {
        Raw.copy(from + 4L * r * stride, to + 4L * r * columns, 4L * columns);
      }
    }

    @Override
    public int stride(int columns) {
      return columns;
    }

    @Override
    public long part(int column, int columns, int from, int rows, long scratch) {
      long before = (long) column * even(depth) + (long) from * columns;
      return address + before * type.bytes();
    }
  }

  /// The columns of B are rows of memory.
  record Transposed(long address, Dtype stored, Dtype type, int depth, int width)
      implements Panels {
    @Override
    public int stride(int columns) {
      return columns;
    }

    @Override
    public long part(int column, int columns, int from, int rows, long scratch) {
      long w = address + ((long) column * depth + from) * stored.bytes();
      if (type == Dtype.FLOAT32 && stored == Dtype.FLOAT32) {
        Transpose.floats(w, depth, scratch, columns, columns, rows);
      } else if (type == Dtype.FLOAT32) {
        widened(w, columns, rows, scratch);
      } else if (stored == Dtype.BFLOAT16 && depth % 2 == 0) {
        // A pair of neighbours is one int, and the part is the transpose of those.
        Transpose.floats(w, depth / 2, scratch, columns, columns, rows / 2);
      } else {
        pairs(w, columns, rows, scratch);
      }
      return scratch;
    }

    /// Turns bfloat16 and widens it.
    private void widened(long w, int columns, int rows, long scratch) {
      if (depth % 2 != 0) {
        for (int c = 0; c < columns; c++) {
          for (int r = 0; r < rows; r++) {
            short bits = Raw.getShort(w + 2 * ((long) c * depth + r));
            Raw.set(scratch + 4 * ((long) r * columns + c), Raw.widened(bits));
          }
        }
        return;
      }
      // A pair of neighbours is one int. Two rows of ours take the place of one of pairs at most.
      long pairs = scratch + 2L * rows * columns;
      Transpose.floats(w, depth / 2, pairs, columns, columns, rows / 2);
      for (int r = 0; r < rows; r += 2) {
        LayerLoops.unpair(pairs + 2L * r * columns, columns, scratch + 4L * r * columns);
      }
    }

    private void pairs(long w, int columns, int rows, long scratch) {
      for (int c = 0; c < columns; c++) {
        long row = w + (long) c * depth * stored.bytes();
        for (int r = 0; r < rows; r += 2) {
          int low = bits(row, r);
          int high = r + 1 < rows ? bits(row, r + 1) : 0;
          Raw.setInt(scratch + 4L * ((long) (r / 2) * columns + c), low | high << 16);
        }
      }
    }

    private int bits(long row, int r) {
      short s =
          stored == Dtype.BFLOAT16
              ? Raw.getShort(row + 2L * r)
              : Raw.narrowed(Raw.get(row + 4L * r));
      return s & 0xFFFF;
    }
  }

  /// The rows of B are rows of memory.
  record Plain(long address, Dtype stored, Dtype type, int depth, int width) implements Panels {
    @Override
    public int stride(int columns) {
      return type == Dtype.FLOAT32 && stored == Dtype.FLOAT32 ? width : columns;
    }

    @Override
    public long part(int column, int columns, int from, int rows, long scratch) {
      long w = address + ((long) from * width + column) * stored.bytes();
      if (type == Dtype.FLOAT32) {
        if (stored == Dtype.FLOAT32) {
          return w;
        }
        for (int r = 0; r < rows; r++) {
          Vectors.widen(w + 2L * r * width, columns, scratch + 4L * r * columns);
        }
        return scratch;
      }
      Pairs.rows(w, stored, width, rows, columns, scratch);
      return scratch;
    }
  }

  /// Rounds an odd number of rows up to whole pairs.
  static int even(int rows) {
    return (rows + 1) & ~1;
  }
}
