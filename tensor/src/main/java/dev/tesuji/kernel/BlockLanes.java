package dev.tesuji.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// Vectors of small whole numbers, and of their scales.
final class BlockLanes {
  private static final int HALF = 0x8FFFE000; // sign, exponent and fraction of float16 in float32
  private static final float BY_EXPONENTS = 0x1p112f; // between the exponents of float16 and 32

  private BlockLanes() {}

  /// Reads bytes without signs.
  static IntVector unsigned(long at) {
    ByteVector b = ByteVector.fromMemorySegment(Raw.BYTES, Raw.ALL, at, Raw.ORDER);
    return (IntVector) b.convertShape(VectorOperators.ZERO_EXTEND_B2I, Raw.INTS, 0);
  }

  /// Reads bytes with signs.
  static IntVector signed(long at) {
    ByteVector b = ByteVector.fromMemorySegment(Raw.BYTES, Raw.ALL, at, Raw.ORDER);
    return (IntVector) b.convertShape(VectorOperators.B2I, Raw.INTS, 0);
  }

  /// Returns whole numbers as floats.
  static FloatVector number(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /// Reads one number for all lanes.
  static FloatVector one(long at) {
    return FloatVector.broadcast(Raw.FLOATS, Raw.get(at));
  }

  /// Reads float16, none of which is infinite or no number.
  static FloatVector half(long at) {
    ShortVector s = ShortVector.fromMemorySegment(Raw.SHORTS, Raw.ALL, at, Raw.ORDER);
    IntVector signs = (IntVector) s.convertShape(VectorOperators.S2I, Raw.INTS, 0);
    IntVector bits = signs.lanewise(VectorOperators.LSHL, 13).and(HALF);
    return bits.reinterpretAsFloats().mul(BY_EXPONENTS);
  }
}
