package dev.tesuji.optim;

import dev.tesuji.kernel.Kernels;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Sixteen elements at once, between arrays of float32 and of narrower elements: C2 does not
/// vectorise loops that look at a float's bits.
///
/// Every loop takes as many whole vectors as there are and says where it stopped; the caller does
/// the rest one by one, everything on a machine without such vectors. Both ways give the same bits.
final class Lanes {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_256;
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
  private static final IntVector ORDER = IntVector.zero(INTS).addIndex(1);
  private static final int WIDTH = 16;
  private static final boolean PRESENT = Kernels.available();

  private Lanes() {}

  private static int whole(int n) {
    return PRESENT ? n / WIDTH * WIDTH : 0;
  }

  /// Does what [Floats#mixed] does with a number and those after it.
  private static IntVector mixed(int number) {
    IntVector bits = ORDER.add(number).mul(Floats.MIX_FIRST);
    return bits.lanewise(VectorOperators.LSHR, 13)
        .lanewise(VectorOperators.XOR, bits)
        .mul(Floats.MIX_SECOND);
  }

  private static IntVector ints(short[] bits, int at) {
    ShortVector s = ShortVector.fromArray(SHORTS, bits, at);
    return (IntVector) s.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  private static void put(IntVector ints, short[] bits, int at) {
    ((ShortVector) ints.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray(bits, at);
  }

  /// Widens bfloat16.
  static int widen(short[] bits, int n, float[] out) {
    int end = whole(n);
    for (int i = 0; i < end; i += WIDTH) {
      IntVector wide = ints(bits, i).lanewise(VectorOperators.LSHL, 16);
      wide.reinterpretAsFloats().intoArray(out, i);
    }
    return end;
  }

  /// Rounds to bfloat16 by chance.
  static int narrow(float[] in, int n, int chance, short[] bits) {
    int end = whole(n);
    for (int i = 0; i < end; i += WIDTH) {
      IntVector wide = FloatVector.fromArray(FLOATS, in, i).reinterpretAsInts();
      IntVector more = mixed(chance + i).lanewise(VectorOperators.LSHR, 16);
      put(wide.add(more).lanewise(VectorOperators.LSHR, 16), bits, i);
    }
    return end;
  }

  /// Puts halves together.
  static int join(short[] upper, short[] lower, int n, float[] out) {
    int end = whole(n);
    for (int i = 0; i < end; i += WIDTH) {
      ShortVector low = ShortVector.fromArray(SHORTS, lower, i);
      IntVector off = (IntVector) low.convertShape(VectorOperators.S2I, INTS, 0);
      IntVector wide = ints(upper, i).lanewise(VectorOperators.LSHL, 16).add(off);
      wide.reinterpretAsFloats().intoArray(out, i);
    }
    return end;
  }

  /// Takes halves apart: the upper rounded to nearest, ties away from zero, and what that took off.
  static int split(float[] in, int n, short[] upper, short[] lower) {
    int end = whole(n);
    for (int i = 0; i < end; i += WIDTH) {
      IntVector wide = FloatVector.fromArray(FLOATS, in, i).reinterpretAsInts();
      put(wide.add(0x8000).lanewise(VectorOperators.LSHR, 16), upper, i);
      put(wide, lower, i); // the upper's bits end where these begin: nothing to take off
    }
    return end;
  }

  /// Writes elements of a row as bytes.
  ///
  /// @param inverse what brings them below 1
  static int write(RowCode code, RowCode.Row row, float inverse, int chance) {
    int end = row.from() + whole(row.n());
    for (int i = row.from(); i < end; i += WIDTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, row.values(), i);
      IntVector bits = value.reinterpretAsInts();
      IntVector more = mixed(chance + i).lanewise(VectorOperators.LSHR, 32 - RowCode.DROPPED);
      IntVector coded =
          value
              .abs()
              .mul(inverse)
              .mul(code.down())
              .reinterpretAsInts()
              .add(more)
              .lanewise(VectorOperators.LSHR, RowCode.DROPPED)
              .min(code.largest());
      IntVector sign = bits.lanewise(VectorOperators.LSHR, 24).and(code.signBit());
      IntVector all = coded.or(sign).max(bits.min(code.least()));
      ((ByteVector) all.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(row.codes(), i);
    }
    return end;
  }

  /// Reads elements of a row from bytes.
  static int read(RowCode code, RowCode.Row row, float scale) {
    int end = row.from() + whole(row.n());
    for (int i = row.from(); i < end; i += WIDTH) {
      ByteVector bytes = ByteVector.fromArray(BYTES, row.codes(), i);
      IntVector coded = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
      IntVector magnitude =
          coded.and(code.largest()).lanewise(VectorOperators.LSHL, RowCode.DROPPED);
      IntVector sign = coded.and(code.signBit()).lanewise(VectorOperators.LSHL, 24);
      magnitude.or(sign).reinterpretAsFloats().mul(code.up()).mul(scale).intoArray(row.values(), i);
    }
    return end;
  }
}
