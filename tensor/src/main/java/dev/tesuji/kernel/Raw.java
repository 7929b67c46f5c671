package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Vectors of floats to and from the memory of tensors, by address: sixteen at a time where the
/// virtual machine has registers of 512 bits, eight where it has 256.
///
/// Kernels check shapes once, at their entrance; inside, addresses are as trusted as indices in a
/// checked loop. bfloat16 is the upper half of a float32; rounding is to nearest, ties to even.
final class Raw {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() < 16
          ? FloatVector.SPECIES_256
          : FloatVector.SPECIES_512;
  static final int LANES = FLOATS.length();
  static final long VECTOR = 4L * LANES; // bytes
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);
  static final VectorSpecies<Short> SHORTS =
      LANES == 16 ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;
  static final VectorSpecies<Byte> BYTES =
      LANES == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  @SuppressWarnings("restricted") // the entrances of the kernels check what is read and written
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VectorShuffle<Float> BY_EIGHT =
      swap(8 % LANES); // each with itself where there are eight
  private static final VectorShuffle<Float> BY_FOUR = swap(4);
  private static final VectorShuffle<Float> BY_TWO = swap(2);
  private static final VectorShuffle<Float> BY_ONE = swap(1);

  private Raw() {}

  /// Returns whether the virtual machine has registers of so many bits.
  static boolean isWide() {
    return FloatVector.SPECIES_PREFERRED.length() >= LANES;
  }

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(FLOATS, i -> i ^ distance);
  }

  /// Sums the lanes in one order; `reduceLanes` promises none and keeps none.
  static float sum(FloatVector v) {
    FloatVector s = LANES == 16 ? v.add(v.rearrange(BY_EIGHT)) : v;
    s = s.add(s.rearrange(BY_FOUR));
    s = s.add(s.rearrange(BY_TWO));
    return s.add(s.rearrange(BY_ONE)).lane(0);
  }

  /// Returns where a contiguous CPU tensor's elements begin.
  static long address(Tensor t) {
    return t.data().address();
  }

  /// Checks that a tensor has so many elements (or more, for padding) of a type, and returns where
  /// they begin.
  static long address(Tensor t, Dtype dtype, long elements) {
    if (t.dtype() != dtype || t.elements() < elements) {
      throw new IllegalArgumentException(
          "a kernel needs " + elements + " elements of " + dtype + ", got " + t);
    }
    return address(t);
  }

  static FloatVector floats(long address) {
    return FloatVector.fromMemorySegment(FLOATS, ALL, address, ORDER);
  }

  static FloatVector floats(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(FLOATS, ALL, address, ORDER, mask);
  }

  static void put(FloatVector v, long address) {
    v.intoMemorySegment(ALL, address, ORDER);
  }

  static void put(FloatVector v, long address, VectorMask<Float> mask) {
    v.intoMemorySegment(ALL, address, ORDER, mask);
  }

  /// Adds to what lies there.
  static void add(FloatVector v, long address) {
    put(floats(address).add(v), address);
  }

  /// Reads a vector of bfloat16.
  static FloatVector narrow(long address) {
    return upper(address).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /// Reads the bits of bfloat16 into the lower halves of ints.
  static IntVector upper(long address) {
    ShortVector s = ShortVector.fromMemorySegment(SHORTS, ALL, address, ORDER);
    return (IntVector) s.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
  }

  /// Rounds floats to bfloat16 and writes them.
  static void putNarrow(FloatVector v, long address) {
    putLower(rounded(v), address);
  }

  /// Writes the lower halves of ints.
  static void putLower(IntVector v, long address) {
    ShortVector s = (ShortVector) v.convertShape(VectorOperators.I2S, SHORTS, 0);
    s.intoMemorySegment(ALL, address, ORDER);
  }

  /// Rounds floats to bfloat16, in the lower halves of ints.
  static IntVector rounded(FloatVector v) {
    IntVector bits = v.reinterpretAsInts();
    IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    return bits.add(0x7FFF).add(odd).lanewise(VectorOperators.LSHR, 16);
  }

  static float get(long address) {
    return ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address);
  }

  static void set(long address, float value) {
    ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, value);
  }

  static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  static void setInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  static short getShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
  }

  static void setShort(long address, short value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  static void putInts(IntVector v, long address) {
    v.intoMemorySegment(ALL, address, ORDER);
  }

  static IntVector ints(long address) {
    return IntVector.fromMemorySegment(INTS, ALL, address, ORDER);
  }

  /// Rounds one float to bfloat16.
  static short narrowed(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }

  static float widened(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /// Returns the mask of the first `n` lanes.
  static VectorMask<Float> first(int n) {
    return FLOATS.indexInRange(0, n);
  }

  static void copy(long from, long to, long bytes) {
    MemorySegment.copy(ALL, from, ALL, to, bytes);
  }

  static void zero(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }
}
