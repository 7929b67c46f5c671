package dev.tesuji.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/// A vector of elements at once, between arrays of float32 and of narrower elements: C2 does not
/// vectorise loops that look at a float's bits.
///
/// Every loop takes as many whole vectors as there are and says where it stopped; the caller does
/// the rest one by one, everything on a machine without such vectors. Both ways give the same bits.
public final class Lanes {
  private static final IntVector ORDER = IntVector.zero(Raw.INTS).addIndex(1);
  private static final boolean PRESENT = Kernels.available();

  private static final int MIX_FIRST = 0x85EBCA6B;
  private static final int MIX_SECOND = 0xC2B2AE35;

  private Lanes() {}

  /// A float of one byte, as elements below 1 are written.
  ///
  /// @param dropped bits of a float32's fraction that it has not
  /// @param largest the largest magnitude's code
  /// @param signBit the bit that says that an element is negative; 0 where none is
  /// @param least the least code of what is above 0
  /// @param down brings elements below 1 to where float32's exponents are the code's
  /// @param up 1 / `down`
  public record Format(int dropped, int largest, int signBit, int least, float down, float up) {}

  /// Returns a number that depends on another as if by chance: a mixer of integers (MurmurHash3's).
  public static int mix(int number) {
    int bits = number * MIX_FIRST;
    return (bits ^ (bits >>> 13)) * MIX_SECOND;
  }

  private static int whole(int n) {
    return PRESENT ? n / Raw.LANES * Raw.LANES : 0;
  }

  /// Does what [#mix] does with a number and those after it.
  private static IntVector mixed(int number) {
    IntVector bits = ORDER.add(number).mul(MIX_FIRST);
    return bits.lanewise(VectorOperators.LSHR, 13)
        .lanewise(VectorOperators.XOR, bits)
        .mul(MIX_SECOND);
  }

  private static IntVector ints(short[] bits, int at) {
    ShortVector s = ShortVector.fromArray(Raw.SHORTS, bits, at);
    return (IntVector) s.convertShape(VectorOperators.ZERO_EXTEND_S2I, Raw.INTS, 0);
  }

  private static void put(IntVector ints, short[] bits, int at) {
    ((ShortVector) ints.convertShape(VectorOperators.I2S, Raw.SHORTS, 0)).intoArray(bits, at);
  }

  /// Widens bfloat16.
  public static int widen(short[] bits, int n, float[] out) {
    int end = whole(n);
    for (int i = 0; i < end; i += Raw.LANES) {
      IntVector wide = ints(bits, i).lanewise(VectorOperators.LSHL, 16);
      wide.reinterpretAsFloats().intoArray(out, i);
    }
    return end;
  }

  /// Rounds to bfloat16 by chance.
  public static int narrow(float[] in, int n, int chance, short[] bits) {
    int end = whole(n);
    for (int i = 0; i < end; i += Raw.LANES) {
      IntVector wide = FloatVector.fromArray(Raw.FLOATS, in, i).reinterpretAsInts();
      IntVector more = mixed(chance + i).lanewise(VectorOperators.LSHR, 16);
      put(wide.add(more).lanewise(VectorOperators.LSHR, 16), bits, i);
    }
    return end;
  }

  /// Puts halves together.
  public static int join(short[] upper, short[] lower, int n, float[] out) {
    int end = whole(n);
    for (int i = 0; i < end; i += Raw.LANES) {
      ShortVector low = ShortVector.fromArray(Raw.SHORTS, lower, i);
      IntVector off = (IntVector) low.convertShape(VectorOperators.S2I, Raw.INTS, 0);
      IntVector wide = ints(upper, i).lanewise(VectorOperators.LSHL, 16).add(off);
      wide.reinterpretAsFloats().intoArray(out, i);
    }
    return end;
  }

  /// Takes halves apart: the upper rounded to nearest, ties away from zero, and what that took off.
  public static int split(float[] in, int n, short[] upper, short[] lower) {
    int end = whole(n);
    for (int i = 0; i < end; i += Raw.LANES) {
      IntVector wide = FloatVector.fromArray(Raw.FLOATS, in, i).reinterpretAsInts();
      put(wide.add(0x8000).lanewise(VectorOperators.LSHR, 16), upper, i);
      put(wide, lower, i); // the upper's bits end where these begin: nothing to take off
    }
    return end;
  }

  /// Returns the sum of squares, in sums of every sixteenth: the same bits on every machine.
  public static float squares(float[] x, int n) {
    float[] sums = new float[Kernels.LANES];
    int end = whole(n) / Kernels.LANES * Kernels.LANES;
    for (int lane = 0; lane < Kernels.LANES && end > 0; lane += Raw.LANES) {
      FloatVector sum = FloatVector.zero(Raw.FLOATS);
      for (int i = lane; i < end; i += Kernels.LANES) {
        FloatVector v = FloatVector.fromArray(Raw.FLOATS, x, i);
        sum = sum.add(v.mul(v));
      }
      sum.intoArray(sums, lane);
    }
    for (int i = end; i < n; i++) {
      sums[i % Kernels.LANES] += x[i] * x[i];
    }
    float all = 0;
    for (float sum : sums) {
      all += sum;
    }
    return all;
  }

  /// Writes elements as bytes at the same places.
  ///
  /// @param inverse what brings them below 1
  /// @param chance what the rounding hangs on
  public static int write(
      Format f, float[] values, byte[] codes, int from, int n, float inverse, int chance) {
    int end = from + whole(n);
    for (int i = from; i < end; i += Raw.LANES) {
      FloatVector value = FloatVector.fromArray(Raw.FLOATS, values, i);
      IntVector bits = value.reinterpretAsInts();
      IntVector more = mixed(chance + i).lanewise(VectorOperators.LSHR, 32 - f.dropped);
      IntVector coded = value.abs().mul(inverse).mul(f.down).reinterpretAsInts().add(more);
      coded = coded.lanewise(VectorOperators.LSHR, f.dropped).min(f.largest);
      IntVector sign = bits.lanewise(VectorOperators.LSHR, 24).and(f.signBit);
      IntVector all = coded.or(sign).max(bits.min(f.least));
      ((ByteVector) all.convertShape(VectorOperators.I2B, Raw.BYTES, 0)).intoArray(codes, i);
    }
    return end;
  }

  /// Reads elements from bytes at the same places.
  public static int read(Format f, byte[] codes, float[] values, int from, int n, float scale) {
    int end = from + whole(n);
    for (int i = from; i < end; i += Raw.LANES) {
      ByteVector bytes = ByteVector.fromArray(Raw.BYTES, codes, i);
      IntVector coded =
          (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, Raw.INTS, 0);
      IntVector magnitude = coded.and(f.largest).lanewise(VectorOperators.LSHL, f.dropped);
      IntVector sign = coded.and(f.signBit).lanewise(VectorOperators.LSHL, 24);
      magnitude.or(sign).reinterpretAsFloats().mul(f.up).mul(scale).intoArray(values, i);
    }
    return end;
  }
}
