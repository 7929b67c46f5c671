package dev.tesuji.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The loops of [EightBitPanels], which are to be compiled by themselves: see [Vectors].
///
/// Widths are whole vectors.
final class EightBitLoops {
  private static final float NEAREST = 0x1.8p23f; // a float beside which halves round to even

  private EightBitLoops() {}

  /// Returns the largest magnitude.
  static float largest(long x, int n) {
    FloatVector most = FloatVector.zero(Raw.FLOATS);
    for (int i = 0; i < n; i += Raw.LANES) {
      most = most.max(Raw.floats(x + 4L * i).abs());
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  /// Rounds to whole numbers, halves to even.
  ///
  /// @param inverse multiplies before
  /// @param zero is added then
  static void round(long x, int n, float inverse, int zero, long to) {
    for (int i = 0; i < n; i += Raw.LANES) {
      IntVector near =
          Raw.floats(x + 4L * i).mul(inverse).add(NEAREST).reinterpretAsInts().add(zero);
      ByteVector bytes = (ByteVector) near.convertShape(VectorOperators.I2B, Raw.BYTES, 0);
      bytes.intoMemorySegment(Raw.ALL, to + i, Raw.ORDER);
    }
  }

  /// Sums bytes with signs.
  static int sum(long x, int n) {
    IntVector sum = IntVector.zero(Raw.INTS);
    for (int i = 0; i < n; i += Raw.LANES) {
      sum = sum.add(BlockLanes.signed(x + i));
    }
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /// Where the numbers of a row's outputs are.
  ///
  /// @param products int32, of bytes that 128 was added to
  /// @param sums of outputs' whole numbers
  /// @param scales of outputs
  record Row(long products, long sums, long scales) {}

  /// Turns sums of whole numbers into numbers.
  ///
  /// @param n how many, whole vectors
  /// @param step the scale of the row
  static void scale(Row row, int n, float step, long to) {
    long products = row.products;
    long sums = row.sums;
    long scales = row.scales;
    for (int i = 0; i < n; i += Raw.LANES) {
      IntVector zero = Raw.ints(sums + 4L * i).lanewise(VectorOperators.LSHL, 7);
      FloatVector whole = BlockLanes.number(Raw.ints(products + 4L * i).sub(zero));
      Raw.put(whole.mul(Raw.floats(scales + 4L * i).mul(step)), to + 4L * i);
    }
  }
}
