package dev.tesuji.kernel;

import jdk.incubator.vector.FloatVector;

/// The loops of [CachedAttention], which are to be compiled by themselves: see [Vectors].
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
}
