package dev.tesuji.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// The loops of [CachedAttention] and [PagedAttention], which are to be compiled by themselves: see
/// [Vectors].
final class CachedLoops {
  private CachedLoops() {}

  /// Computes the scores of three blocks of keys, and of a fourth where there are as many.
  static void fourBlocks(long k, long block, int dim, long q, long to, int left) {
    long last = left > 3 * Raw.LANES ? 3 * block : 2 * block;
    FloatVector a = FloatVector.zero(Raw.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < dim; i++) {
      FloatVector x = FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 4L * i));
      long at = k + Raw.VECTOR * i;
      a = Raw.floats(at).fma(x, a);
      b = Raw.floats(at + block).fma(x, b);
      c = Raw.floats(at + 2 * block).fma(x, c);
      d = Raw.floats(at + last).fma(x, d);
    }
    Raw.put(a, to);
    Raw.put(b, to + Raw.VECTOR);
    Raw.put(c, to + 2 * Raw.VECTOR);
    if (left > 3 * Raw.LANES) {
      Raw.put(d, to + 3 * Raw.VECTOR);
    }
  }

  /// Computes the scores of a block of keys.
  static void oneBlock(long k, int dim, long q, long to) {
    FloatVector a = FloatVector.zero(Raw.FLOATS);
    FloatVector b = a;
    for (int i = 0; i < dim; i += 2) {
      long at = k + Raw.VECTOR * i;
      a = Raw.floats(at).fma(FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 4L * i)), a);
      b =
          Raw.floats(at + Raw.VECTOR)
              .fma(FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 4L * i + 4)), b);
    }
    Raw.put(a.add(b), to);
  }

  /// Adds Σ_t p_t v_t, two vectors of it.
  static void mixTwo(long values, int width, int length, long shares, long to) {
    FloatVector a = Raw.floats(to);
    FloatVector b = Raw.floats(to + Raw.VECTOR);
    FloatVector c = FloatVector.zero(Raw.FLOATS);
    FloatVector d = c;
    int t = 0;
    for (; t + 2 <= length; t += 2) {
      long v = values + 4L * t * width;
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      FloatVector q = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t + 4));
      a = Raw.floats(v).fma(p, a);
      b = Raw.floats(v + Raw.VECTOR).fma(p, b);
      c = Raw.floats(v + 4L * width).fma(q, c);
      d = Raw.floats(v + 4L * width + Raw.VECTOR).fma(q, d);
    }
    if (t < length) {
      long v = values + 4L * t * width;
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      a = Raw.floats(v).fma(p, a);
      b = Raw.floats(v + Raw.VECTOR).fma(p, b);
    }
    Raw.put(a.add(c), to);
    Raw.put(b.add(d), to + Raw.VECTOR);
  }

  /// Adds Σ_t p_t v_t, one vector of it.
  static void mixOne(long values, int width, int length, long shares, long to) {
    FloatVector a = Raw.floats(to);
    for (int t = 0; t < length; t++) {
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      a = Raw.floats(values + 4L * t * width).fma(p, a);
    }
    Raw.put(a, to);
  }

  /// Computes the scores of three blocks of keys in bfloat16, and of a fourth where there are as
  /// many.
  ///
  /// @param pairs D / 2
  static void fourBlocksNarrow(long k, int pairs, long q, long to, int left) {
    long block = Raw.VECTOR * pairs;
    long last = left > 3 * Raw.LANES ? 3 * block : 2 * block;
    FloatVector a = FloatVector.zero(Raw.FLOATS);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = 0; i < pairs; i++) {
      FloatVector x = FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 8L * i));
      FloatVector y = FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 8L * i + 4));
      long at = k + Raw.VECTOR * i;
      IntVector u = Raw.ints(at);
      IntVector v = Raw.ints(at + block);
      IntVector w = Raw.ints(at + 2 * block);
      IntVector z = Raw.ints(at + last);
      a = u.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, a);
      b = v.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, b);
      c = w.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, c);
      d = z.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, d);
      a = u.and(0xFFFF_0000).reinterpretAsFloats().fma(y, a);
      b = v.and(0xFFFF_0000).reinterpretAsFloats().fma(y, b);
      c = w.and(0xFFFF_0000).reinterpretAsFloats().fma(y, c);
      d = z.and(0xFFFF_0000).reinterpretAsFloats().fma(y, d);
    }
    Raw.put(a, to);
    Raw.put(b, to + Raw.VECTOR);
    Raw.put(c, to + 2 * Raw.VECTOR);
    if (left > 3 * Raw.LANES) {
      Raw.put(d, to + 3 * Raw.VECTOR);
    }
  }

  /// Computes the scores of a block of keys in bfloat16.
  ///
  /// @param pairs D / 2
  static void oneBlockNarrow(long k, int pairs, long q, long to) {
    FloatVector a = FloatVector.zero(Raw.FLOATS);
    FloatVector b = a;
    for (int i = 0; i < pairs; i++) {
      FloatVector x = FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 8L * i));
      FloatVector y = FloatVector.broadcast(Raw.FLOATS, Raw.get(q + 8L * i + 4));
      IntVector u = Raw.ints(k + Raw.VECTOR * i);
      a = u.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, a);
      b = u.and(0xFFFF_0000).reinterpretAsFloats().fma(y, b);
    }
    Raw.put(a.add(b), to);
  }

  /// Adds Σ_t p_t v_t with values in bfloat16, two vectors of it.
  static void mixTwoNarrow(long values, int width, int length, long shares, long to) {
    FloatVector a = Raw.floats(to);
    FloatVector b = Raw.floats(to + Raw.VECTOR);
    FloatVector c = FloatVector.zero(Raw.FLOATS);
    FloatVector d = c;
    int t = 0;
    for (; t + 2 <= length; t += 2) {
      long v = values + 2L * t * width;
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      FloatVector q = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t + 4));
      IntVector x = Raw.ints(v);
      IntVector y = Raw.ints(v + Raw.VECTOR);
      a = x.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, a);
      b = y.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, b);
      c = x.and(0xFFFF_0000).reinterpretAsFloats().fma(q, c);
      d = y.and(0xFFFF_0000).reinterpretAsFloats().fma(q, d);
    }
    if (t < length) {
      long v = values + 2L * t * width;
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      a = Raw.ints(v).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, a);
      IntVector y = Raw.ints(v + Raw.VECTOR);
      b = y.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, b);
    }
    Raw.put(a.add(c), to);
    Raw.put(b.add(d), to + Raw.VECTOR);
  }

  /// Adds Σ_t p_t v_t with values in bfloat16, one vector of it.
  static void mixOneNarrow(long values, int width, int length, long shares, long to) {
    FloatVector a = Raw.floats(to);
    FloatVector c = FloatVector.zero(Raw.FLOATS);
    int t = 0;
    for (; t + 2 <= length; t += 2) {
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      FloatVector q = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t + 4));
      IntVector x = Raw.ints(values + 2L * t * width);
      a = x.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, a);
      c = x.and(0xFFFF_0000).reinterpretAsFloats().fma(q, c);
    }
    if (t < length) {
      FloatVector p = FloatVector.broadcast(Raw.FLOATS, Raw.get(shares + 4L * t));
      IntVector x = Raw.ints(values + 2L * t * width);
      a = x.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(p, a);
    }
    Raw.put(a.add(c), to);
  }

  /// Writes values in bfloat16 as the first of pairs, and zeros as the second.
  static void putFirst(long from, int width, long to) {
    for (int c = 0; c < width; c += Raw.LANES) {
      Raw.putInts(Raw.rounded(Raw.floats(from + 4L * c)), to + 4L * c);
    }
  }

  /// Writes values in bfloat16 as the second of pairs.
  static void putSecond(long from, int width, long to) {
    for (int c = 0; c < width; c += Raw.LANES) {
      IntVector high = Raw.rounded(Raw.floats(from + 4L * c)).lanewise(VectorOperators.LSHL, 16);
      Raw.putInts(Raw.ints(to + 4L * c).and(0xFFFF).or(high), to + 4L * c);
    }
  }

  /// Adds up two blocks of scores of a page each.
  ///
  /// @param high `[rows, PAGE]`
  /// @param low like it
  /// @param to takes the sums, in rows of `stride` elements
  static void addPages(long high, long low, int rows, long to, int stride) {
    for (int r = 0; r < rows; r++) {
      long from = 4L * r * PagedAttention.PAGE;
      long row = to + 4L * r * stride;
      for (int c = 0; c < PagedAttention.PAGE; c += Raw.LANES) {
        long at = from + 4L * c;
        Raw.put(Raw.floats(high + at).add(Raw.floats(low + at)), row + 4L * c);
      }
    }
  }

  /// Widens a block of keys in bfloat16.
  ///
  /// @param pairs D / 2
  /// @param to takes `[D, lanes]`
  static void widenBlock(long k, int pairs, long to) {
    for (int i = 0; i < pairs; i++) {
      IntVector u = Raw.ints(k + Raw.VECTOR * i);
      Raw.putInts(u.lanewise(VectorOperators.LSHL, 16), to + 2 * Raw.VECTOR * i);
      Raw.putInts(u.and(0xFFFF_0000), to + 2 * Raw.VECTOR * i + Raw.VECTOR);
    }
  }
}
