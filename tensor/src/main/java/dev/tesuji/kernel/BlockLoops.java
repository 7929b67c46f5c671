package dev.tesuji.kernel;

import static dev.tesuji.kernel.BlockLanes.number;
import static dev.tesuji.kernel.BlockLanes.one;
import static dev.tesuji.kernel.BlockLanes.signed;
import static dev.tesuji.kernel.BlockLanes.unsigned;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The loops of [BlockPanels], which are to be compiled by themselves: see [Vectors].
///
/// There are five forms: 8 bits or 4, with a least value (then q has no sign) or without, and
/// bfloat16; and two things to do with each: widen a strip, and multiply two strips by a row. Every
/// product adds to its sum one input after the other, from the first to the last, as the
/// micro-kernel does with widened weights: the bits are the same. Each does one vector of a strip's
/// sixteen outputs.
final class BlockLoops {
  private static final int FAR = 28; // from the lower half of a byte to the upper end of an int

  private BlockLoops() {}

  /// Where the numbers of strips are.
  ///
  /// @param q the whole numbers of the first
  /// @param scales of the first, widened
  /// @param groups how many groups there are
  /// @param group how many inputs a group has
  /// @param next bytes from one strip's whole numbers to the next one's
  record Strips(long q, long scales, int groups, int group, long next) {
    /// Returns the strips without their first outputs: a loop does as many as a vector has lanes.
    ///
    /// @param step bytes from one output's whole number to the next one's
    Strips from(int output, int step) {
      return output == 0
          ? this
          : new Strips(q + (long) output * step, scales + 4L * output, groups, group, next);
    }

    /// Bytes of a strip's widened scales.
    long scaleBytes(int vectors) {
      return 64L * vectors * groups;
    }
  }

  /// Widens a strip of bfloat16, one input after the other.
  ///
  /// @param stride bytes from one input to the next
  static void sixteen(Strips s, long to, long stride) {
    long q = s.q;
    long at = to;
    int inputs = s.groups * s.group;
    for (int i = 0; i < inputs; i++) {
      Raw.put(Raw.narrow(q), at);
      at += stride;
      q += 32;
    }
  }

  /// Multiplies two strips of bfloat16 by a row.
  static void sixteenPair(Strips s, long x, long to) {
    FloatVector first = FloatVector.zero(Raw.FLOATS);
    FloatVector second = first;
    long next = s.next;
    long q = s.q;
    long k = x;
    int inputs = s.groups * s.group;
    for (int i = 0; i < inputs; i++) {
      FloatVector input = one(k);
      first = Raw.narrow(q).fma(input, first);
      second = Raw.narrow(q + next).fma(input, second);
      k += 4;
      q += 32;
    }
    Raw.put(first, to);
    Raw.put(second, to + 64);
  }

  /// Widens a strip of 8 bits, one input after the other.
  ///
  /// @param stride bytes from one input to the next
  static void eight(Strips s, long to, long stride) {
    long q = s.q;
    long at = to;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(s.scales + 64L * g);
      for (int i = 0; i < s.group; i++) {
        Raw.put(number(signed(q)).mul(d), at);
        at += stride;
        q += 16;
      }
    }
  }

  /// Multiplies two strips of 8 bits by a row.
  static void eightPair(Strips s, long x, long to) {
    FloatVector first = FloatVector.zero(Raw.FLOATS);
    FloatVector second = first;
    long next = s.next;
    long scales = s.scales;
    long other = scales + s.scaleBytes(1);
    long q = s.q;
    long k = x;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(scales + 64L * g);
      FloatVector e = Raw.floats(other + 64L * g);
      for (int i = 0; i < s.group; i++) {
        FloatVector input = one(k);
        first = number(signed(q)).mul(d).fma(input, first);
        second = number(signed(q + next)).mul(e).fma(input, second);
        k += 4;
        q += 16;
      }
    }
    Raw.put(first, to);
    Raw.put(second, to + 64);
  }

  /// Widens a strip of 8 bits and a least value, one input after the other.
  ///
  /// @param stride bytes from one input to the next
  static void eightLeast(Strips s, long to, long stride) {
    long q = s.q;
    long at = to;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(s.scales + 128L * g);
      FloatVector m = Raw.floats(s.scales + 128L * g + 64);
      for (int i = 0; i < s.group; i++) {
        Raw.put(number(unsigned(q)).fma(d, m), at);
        at += stride;
        q += 16;
      }
    }
  }

  /// Multiplies two strips of 8 bits and a least value by a row.
  static void eightLeastPair(Strips s, long x, long to) {
    FloatVector first = FloatVector.zero(Raw.FLOATS);
    FloatVector second = first;
    long next = s.next;
    long scales = s.scales;
    long other = scales + s.scaleBytes(2);
    long q = s.q;
    long k = x;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(scales + 128L * g);
      FloatVector e = Raw.floats(other + 128L * g);
      FloatVector m = Raw.floats(scales + 128L * g + 64);
      FloatVector l = Raw.floats(other + 128L * g + 64);
      for (int i = 0; i < s.group; i++) {
        FloatVector input = one(k);
        first = number(unsigned(q)).fma(d, m).fma(input, first);
        second = number(unsigned(q + next)).fma(e, l).fma(input, second);
        k += 4;
        q += 16;
      }
    }
    Raw.put(first, to);
    Raw.put(second, to + 64);
  }

  /// Widens a strip of 4 bits, one input after the other.
  ///
  /// @param stride bytes from one input to the next
  static void four(Strips s, long to, long stride) {
    long q = s.q;
    long at = to;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(s.scales + 64L * g);
      for (int i = 0; i < s.group / 2; i++) {
        IntVector b = signed(q);
        Raw.put(
            number(b.lanewise(VectorOperators.LSHL, FAR).lanewise(VectorOperators.ASHR, FAR))
                .mul(d),
            at);
        Raw.put(number(b.lanewise(VectorOperators.ASHR, 4)).mul(d), at + stride);
        at += 2 * stride;
        q += 16;
      }
    }
  }

  /// Multiplies two strips of 4 bits by a row.
  static void fourPair(Strips s, long x, long to) {
    FloatVector first = FloatVector.zero(Raw.FLOATS);
    FloatVector second = first;
    long next = s.next;
    long scales = s.scales;
    long other = scales + s.scaleBytes(1);
    long q = s.q;
    long k = x;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(scales + 64L * g);
      FloatVector e = Raw.floats(other + 64L * g);
      for (int i = 0; i < s.group / 2; i++) {
        IntVector a = signed(q);
        IntVector b = signed(q + next);
        FloatVector input = one(k);
        first =
            number(a.lanewise(VectorOperators.LSHL, FAR).lanewise(VectorOperators.ASHR, FAR))
                .mul(d)
                .fma(input, first);
        second =
            number(b.lanewise(VectorOperators.LSHL, FAR).lanewise(VectorOperators.ASHR, FAR))
                .mul(e)
                .fma(input, second);
        input = one(k + 4);
        first = number(a.lanewise(VectorOperators.ASHR, 4)).mul(d).fma(input, first);
        second = number(b.lanewise(VectorOperators.ASHR, 4)).mul(e).fma(input, second);
        k += 8;
        q += 16;
      }
    }
    Raw.put(first, to);
    Raw.put(second, to + 64);
  }

  /// Widens a strip of 4 bits and a least value, one input after the other.
  ///
  /// @param stride bytes from one input to the next
  static void fourLeast(Strips s, long to, long stride) {
    long q = s.q;
    long at = to;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(s.scales + 128L * g);
      FloatVector m = Raw.floats(s.scales + 128L * g + 64);
      for (int i = 0; i < s.group / 2; i++) {
        IntVector b = unsigned(q);
        Raw.put(number(b.and(15)).fma(d, m), at);
        Raw.put(number(b.lanewise(VectorOperators.LSHR, 4)).fma(d, m), at + stride);
        at += 2 * stride;
        q += 16;
      }
    }
  }

  /// Multiplies two strips of 4 bits and a least value by a row.
  static void fourLeastPair(Strips s, long x, long to) {
    FloatVector first = FloatVector.zero(Raw.FLOATS);
    FloatVector second = first;
    long next = s.next;
    long scales = s.scales;
    long other = scales + s.scaleBytes(2);
    long q = s.q;
    long k = x;
    for (int g = 0; g < s.groups; g++) {
      FloatVector d = Raw.floats(scales + 128L * g);
      FloatVector e = Raw.floats(other + 128L * g);
      FloatVector m = Raw.floats(scales + 128L * g + 64);
      FloatVector l = Raw.floats(other + 128L * g + 64);
      for (int i = 0; i < s.group / 2; i++) {
        IntVector a = unsigned(q);
        IntVector b = unsigned(q + next);
        FloatVector input = one(k);
        first = number(a.and(15)).fma(d, m).fma(input, first);
        second = number(b.and(15)).fma(e, l).fma(input, second);
        input = one(k + 4);
        first = number(a.lanewise(VectorOperators.LSHR, 4)).fma(d, m).fma(input, first);
        second = number(b.lanewise(VectorOperators.LSHR, 4)).fma(e, l).fma(input, second);
        k += 8;
        q += 16;
      }
    }
    Raw.put(first, to);
    Raw.put(second, to + 64);
  }
}
