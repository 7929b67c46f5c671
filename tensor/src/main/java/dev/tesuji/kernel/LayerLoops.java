package dev.tesuji.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The loops of a layer's norms, heads, gates and copies, which are to be compiled by themselves:
/// see [Vectors]. A tile takes a row through many of them, and where they were inlined into one
/// another it was chance whether their vectors stayed off the heap.
final class LayerLoops {
  private static final IntVector LANE_BITS = IntVector.fromArray(Raw.INTS, laneBits(), 0);

  private LayerLoops() {}

  private static int[] laneBits() {
    int[] bits = new int[Raw.LANES];
    Arrays.setAll(bits, lane -> 1 << lane);
    return bits;
  }

  /// Writes two bfloat16 rows in pairs, as many columns as are whole vectors.
  static void pairNarrow(long a, long b, int columns, long to) {
    for (int c = 0; c + Raw.LANES <= columns; c += Raw.LANES) {
      IntVector high = Raw.upper(b + 2L * c).lanewise(VectorOperators.LSHL, 16);
      Raw.putInts(Raw.upper(a + 2L * c).or(high), to + 4L * c);
    }
  }

  /// Takes two bfloat16 rows that lie in pairs apart and widens them.
  ///
  /// @param to takes both, one after the other; the second may lie where the pairs do
  static void unpair(long pairs, int columns, long to) {
    int c = 0;
    for (; c + Raw.LANES <= columns; c += Raw.LANES) {
      IntVector both = Raw.ints(pairs + 4L * c);
      Raw.putInts(both.lanewise(VectorOperators.LSHL, 16), to + 4L * c);
      Raw.putInts(both.and(0xFFFF_0000), to + 4L * (columns + c));
    }
    for (; c < columns; c++) {
      int both = Raw.getInt(pairs + 4L * c);
      Raw.setInt(to + 4L * c, both << 16);
      Raw.setInt(to + 4L * (columns + c), both & 0xFFFF_0000);
    }
  }

  /// Rounds two float32 rows and writes them in pairs, as many columns as are whole vectors.
  static void pairWide(long a, long b, int columns, long to) {
    for (int c = 0; c + Raw.LANES <= columns; c += Raw.LANES) {
      IntVector high = Raw.rounded(Raw.floats(b + 4L * c)).lanewise(VectorOperators.LSHL, 16);
      Raw.putInts(Raw.rounded(Raw.floats(a + 4L * c)).or(high), to + 4L * c);
    }
  }

  /// Rounds whole vectors to what bfloat16 can hold.
  static void round(long x, int width) {
    for (int c = 0; c < width; c += Raw.LANES) {
      IntVector bits = Raw.rounded(Raw.floats(x + 4L * c));
      Raw.putInts(bits.lanewise(VectorOperators.LSHL, 16), x + 4L * c);
    }
  }

  /// Sets to -infinity, of 64 numbers to a word, those whose bits are not set.
  static void drop(long x, long[] kept, int words) {
    FloatVector low = FloatVector.broadcast(Raw.FLOATS, Float.NEGATIVE_INFINITY);
    for (int w = 0; w < words; w++) {
      long bits = kept[w];
      for (int b = 0; bits != -1 && b < Long.SIZE; b += Raw.LANES) {
        long at = x + 4L * (w * Long.SIZE + b);
        // A mask that is made of a long's bits is fast with 512 bits only.
        IntVector here = IntVector.broadcast(Raw.INTS, (int) (bits >>> b)).and(LANE_BITS);
        VectorMask<Float> dropped = here.compare(VectorOperators.EQ, 0).cast(Raw.FLOATS);
        Raw.put(Raw.floats(at).blend(low, dropped), at);
      }
    }
  }

  /// Multiplies whole vectors by a number.
  static void scaled(long from, int width, float factor, long to) {
    for (int c = 0; c < width; c += Raw.LANES) {
      Raw.put(Raw.floats(from + 4L * c).mul(factor), to + 4L * c);
    }
  }

  /// Multiplies whole vectors by a number and rounds them to bfloat16.
  static void scaledNarrow(long from, int width, float factor, long to) {
    for (int c = 0; c < width; c += Raw.LANES) {
      Raw.putNarrow(Raw.floats(from + 4L * c).mul(factor), to + 2L * c);
    }
  }

  /// Adds whole vectors times a number.
  static void addScaled(long from, int width, float factor, long to) {
    for (int c = 0; c < width; c += Raw.LANES) {
      Raw.put(Raw.floats(from + 4L * c).mul(factor).add(Raw.floats(to + 4L * c)), to + 4L * c);
    }
  }

  /// Computes σ(g).
  static void sigmoids(long g, int width, long to) {
    FloatVector one = FloatVector.broadcast(Raw.FLOATS, 1);
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector e = Exp.of(Raw.floats(g + 4L * c).neg());
      Raw.put(one.div(e.add(1)), to + 4L * c);
    }
  }

  /// Computes g σ(g) u, with u behind g.
  static void gate(long g, long sigmoids, int width, long out) {
    long u = g + 4L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector silu = Raw.floats(g + 4L * c).mul(Raw.floats(sigmoids + 4L * c));
      Raw.put(silu.mul(Raw.floats(u + 4L * c)), out + 4L * c);
    }
  }

  /// Computes g σ(g) u, with u behind g, in bfloat16.
  static void gateNarrow(long g, long sigmoids, int width, long out) {
    long u = g + 4L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector silu = Raw.floats(g + 4L * c).mul(Raw.floats(sigmoids + 4L * c));
      Raw.putNarrow(silu.mul(Raw.floats(u + 4L * c)), out + 2L * c);
    }
  }

  /// Overwrites g and u by the gradients at them, and computes g σ(g) u.
  static void gateBackward(long g, long sigmoids, long da, int width, long out) {
    long u = g + 4L * width;
    FloatVector one = FloatVector.broadcast(Raw.FLOATS, 1);
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector s = Raw.floats(sigmoids + 4L * c);
      FloatVector silu = Raw.floats(g + 4L * c).mul(s);
      FloatVector up = Raw.floats(u + 4L * c);
      FloatVector d = Raw.floats(da + 4L * c);
      Raw.put(silu.mul(up), out + 4L * c);
      Raw.put(d.mul(silu), u + 4L * c);
      Raw.put(s.add(silu.mul(one.sub(s))).mul(d).mul(up), g + 4L * c);
    }
  }

  /// Computes x r w.
  static void norm(long x, long y, long w, int width, float r) {
    int c = 0;
    for (; c + Raw.LANES <= width; c += Raw.LANES) {
      Raw.put(Raw.floats(x + 4L * c).mul(r).mul(Raw.floats(w + 4L * c)), y + 4L * c);
    }
    if (c < width) {
      VectorMask<Float> m = Raw.first(width - c);
      Raw.put(Raw.floats(x + 4L * c, m).mul(r).mul(Raw.floats(w + 4L * c, m)), y + 4L * c, m);
    }
  }

  /// Computes x r w in bfloat16.
  static void normNarrow(long x, long y, long w, int width, float r) {
    for (int c = 0; c < width; c += Raw.LANES) {
      Raw.putNarrow(Raw.floats(x + 4L * c).mul(r).mul(Raw.floats(w + 4L * c)), y + 2L * c);
    }
  }

  /// Where the numbers of a row are in the backward pass through a norm.
  record NormRow(long dy, long x, long dx, long dw, long w) {}

  /// Adds a norm's gradients.
  ///
  /// @param shared what x is multiplied by
  static void normBackward(NormRow row, int width, float r, float shared) {
    long dy = row.dy;
    long x = row.x;
    long dx = row.dx;
    long dw = row.dw;
    long w = row.w;
    int c = 0;
    for (; c + Raw.LANES <= width; c += Raw.LANES) {
      FloatVector g = Raw.floats(dy + 4L * c);
      FloatVector v = Raw.floats(x + 4L * c);
      FloatVector d = g.mul(Raw.floats(w + 4L * c)).mul(r).add(v.mul(shared));
      Raw.put(Raw.floats(dw + 4L * c).add(g.mul(v).mul(r)), dw + 4L * c);
      Raw.put(Raw.floats(dx + 4L * c).add(d), dx + 4L * c);
    }
    if (c < width) {
      VectorMask<Float> m = Raw.first(width - c);
      FloatVector g = Raw.floats(dy + 4L * c, m);
      FloatVector v = Raw.floats(x + 4L * c, m);
      FloatVector d = g.mul(Raw.floats(w + 4L * c, m)).mul(r).add(v.mul(shared));
      Raw.put(Raw.floats(dw + 4L * c, m).add(g.mul(v).mul(r)), dw + 4L * c, m);
      Raw.put(Raw.floats(dx + 4L * c, m).add(d), dx + 4L * c, m);
    }
  }

  /// Turns a head's row: pair i is (x_i, x_{i + D/2}).
  ///
  /// @param direction 1 to turn, -1 to turn back
  static void turn(long from, long to, long angle, int half, float direction) {
    int i = 0;
    long second = 4L * half;
    for (; i + Raw.LANES <= half; i += Raw.LANES) {
      long at = 4L * i;
      FloatVector cos = Raw.floats(angle + at);
      FloatVector sin = Raw.floats(angle + second + at).mul(direction);
      FloatVector a = Raw.floats(from + at);
      FloatVector b = Raw.floats(from + second + at);
      Raw.put(a.mul(cos).sub(b.mul(sin)), to + at);
      Raw.put(b.mul(cos).add(a.mul(sin)), to + second + at);
    }
    if (i < half) {
      VectorMask<Float> m = Raw.first(half - i);
      long at = 4L * i;
      FloatVector cos = Raw.floats(angle + at, m);
      FloatVector sin = Raw.floats(angle + second + at, m).mul(direction);
      FloatVector a = Raw.floats(from + at, m);
      FloatVector b = Raw.floats(from + second + at, m);
      Raw.put(a.mul(cos).sub(b.mul(sin)), to + at, m);
      Raw.put(b.mul(cos).add(a.mul(sin)), to + second + at, m);
    }
  }

  /// Turns a row of dP into dS = s P ⊙ (dP - mean).
  static void slope(long p, long s, int n, float mean, float scale) {
    for (int i = 0; i < n; i += Raw.LANES) {
      FloatVector d = Raw.floats(s + 4L * i).sub(mean).mul(Raw.floats(p + 4L * i));
      Raw.put(d.mul(scale), s + 4L * i);
    }
  }
}
