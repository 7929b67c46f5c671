package dev.tesuji.kernel;

import static dev.tesuji.kernel.Raw.ALL;
import static dev.tesuji.kernel.Raw.FLOATS;
import static dev.tesuji.kernel.Raw.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Loops over float32 in memory, one loop to a method: so small, each is compiled soon and well,
/// and no vector has to travel between methods.
///
/// C2 stops inlining in a method of more than 18,000 nodes, of which a vector has some hundreds;
/// what it then calls takes and returns vectors as objects on the heap, and is ten times as slow.
/// So the loops of this class, of [LayerLoops] and of [CachedLoops] are not inlined themselves (the
/// launcher and the build say so to the JVM), and a loop around [Exp] does the rest by what the JDK
/// always inlines.
///
/// Sums are taken in an order that depends on the length only.
final class Vectors {
  private Vectors() {}

  /// Returns the greatest of `n` numbers.
  static float max(long x, int n) {
    FloatVector low = FloatVector.broadcast(Raw.FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector high = low;
    FloatVector second = low;
    FloatVector third = low;
    FloatVector fourth = low;
    int i = 0;
    for (; i + 4 * Raw.LANES <= n; i += 4 * Raw.LANES) {
      long at = x + 4L * i;
      high = high.max(Raw.floats(at));
      second = second.max(Raw.floats(at + Raw.VECTOR));
      third = third.max(Raw.floats(at + 2 * Raw.VECTOR));
      fourth = fourth.max(Raw.floats(at + 3 * Raw.VECTOR));
    }
    high = high.max(second).max(third.max(fourth));
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      high = high.max(Raw.floats(x + 4L * i));
    }
    if (i < n) {
      VectorMask<Float> tail = Raw.first(n - i);
      high = high.max(low.blend(Raw.floats(x + 4L * i, tail), tail));
    }
    return high.reduceLanes(VectorOperators.MAX);
  }

  /// Replaces each x by e^((x - shift) · factor) and returns their sum.
  static float exp(long x, int n, float shift, float factor) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector sum = zero;
    for (int i = 0; i < n; i += Raw.LANES) {
      long at = x + 4L * i;
      VectorMask<Float> mask = FLOATS.indexInRange(i, n);
      FloatVector logit = FloatVector.fromMemorySegment(FLOATS, ALL, at, ORDER, mask);
      FloatVector e = Exp.of(logit.sub(shift).mul(factor));
      e.intoMemorySegment(ALL, at, ORDER, mask);
      sum = sum.add(e, mask);
    }
    return Raw.sum(sum);
  }

  /// Replaces each x by e^y with y = (x - shift) · factor.
  ///
  /// @return the bits of Σ e^y, then those of Σ e^y y
  static long expWeighted(long x, int n, float shift, float factor) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector weighted = sum;
    for (int i = 0; i < n; i += Raw.LANES) {
      long at = x + 4L * i;
      VectorMask<Float> mask = FLOATS.indexInRange(i, n);
      FloatVector logit = FloatVector.fromMemorySegment(FLOATS, ALL, at, ORDER, mask);
      FloatVector y = logit.sub(shift).mul(factor);
      FloatVector e = Exp.of(y);
      e.intoMemorySegment(ALL, at, ORDER, mask);
      sum = sum.add(e, mask);
      weighted = weighted.add(e.mul(y.max(Exp.LOWEST)), mask); // 0 · -infinity is nothing here
    }
    long high = Float.floatToRawIntBits(Raw.sum(sum));
    return high << 32 | (Float.floatToRawIntBits(Raw.sum(weighted)) & 0xFFFF_FFFFL);
  }

  /// Multiplies each by a number.
  static void scale(long x, int n, float factor) {
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      Raw.put(Raw.floats(x + 4L * i).mul(factor), x + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> tail = Raw.first(n - i);
      Raw.put(Raw.floats(x + 4L * i, tail).mul(factor), x + 4L * i, tail);
    }
  }

  /// Returns Σ a b.
  static float dot(long a, long b, int n) {
    FloatVector sum = FloatVector.zero(Raw.FLOATS);
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      sum = Raw.floats(a + 4L * i).fma(Raw.floats(b + 4L * i), sum);
    }
    if (i < n) {
      VectorMask<Float> tail = Raw.first(n - i);
      sum = Raw.floats(a + 4L * i, tail).fma(Raw.floats(b + 4L * i, tail), sum);
    }
    return Raw.sum(sum);
  }

  /// Returns Σ a b c.
  static float dot(long a, long b, long c, int n) {
    FloatVector sum = FloatVector.zero(Raw.FLOATS);
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      FloatVector ab = Raw.floats(a + 4L * i).mul(Raw.floats(b + 4L * i));
      sum = ab.fma(Raw.floats(c + 4L * i), sum);
    }
    if (i < n) {
      VectorMask<Float> tail = Raw.first(n - i);
      FloatVector ab = Raw.floats(a + 4L * i, tail).mul(Raw.floats(b + 4L * i, tail));
      sum = ab.fma(Raw.floats(c + 4L * i, tail), sum);
    }
    return Raw.sum(sum);
  }

  /// Adds numbers to others.
  static void add(long from, long to, int n) {
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      Raw.put(Raw.floats(to + 4L * i).add(Raw.floats(from + 4L * i)), to + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> tail = Raw.first(n - i);
      FloatVector sum = Raw.floats(to + 4L * i, tail).add(Raw.floats(from + 4L * i, tail));
      Raw.put(sum, to + 4L * i, tail);
    }
  }

  /// Rounds to bfloat16.
  static void narrow(long from, int n, long to) {
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      Raw.putNarrow(Raw.floats(from + 4L * i), to + 2L * i);
    }
    for (; i < n; i++) {
      Raw.setShort(to + 2L * i, Raw.narrowed(Raw.get(from + 4L * i)));
    }
  }

  /// Rounds whole vectors of rows to bfloat16, and what rounding took off them too.
  static void split(long from, int step, int rows, int columns, TwoParts to) {
    for (int r = 0; r < rows; r++) {
      long row = from + 4L * r * step;
      long high = to.high() + 2L * r * to.stride();
      long low = to.low() + 2L * r * to.stride();
      for (int c = 0; c < columns; c += Raw.LANES) {
        FloatVector x = Raw.floats(row + 4L * c);
        IntVector bits = Raw.rounded(x);
        Raw.putLower(bits, high + 2L * c);
        FloatVector kept = bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
        Raw.putNarrow(x.sub(kept), low + 2L * c);
      }
    }
  }

  /// Widens bfloat16.
  static void widen(long from, int n, long to) {
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      Raw.put(Raw.narrow(from + 2L * i), to + 4L * i);
    }
    for (; i < n; i++) {
      Raw.set(to + 4L * i, Raw.widened(Raw.getShort(from + 2L * i)));
    }
  }

  /// Adds float32 to bfloat16.
  static void addNarrow(long from, int n, long to) {
    int i = 0;
    for (; i + Raw.LANES <= n; i += Raw.LANES) {
      Raw.putNarrow(Raw.narrow(to + 2L * i).add(Raw.floats(from + 4L * i)), to + 2L * i);
    }
    for (; i < n; i++) {
      float sum = Raw.widened(Raw.getShort(to + 2L * i)) + Raw.get(from + 4L * i);
      Raw.setShort(to + 2L * i, Raw.narrowed(sum));
    }
  }
}
