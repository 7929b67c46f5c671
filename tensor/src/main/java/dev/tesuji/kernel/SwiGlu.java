package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import jdk.incubator.vector.FloatVector;

/// a = silu(g) ⊙ u with g and u side by side in a row, and the way back:
///
/// ```
/// dg = da ⊙ u ⊙ σ(g) (1 + g (1 - σ(g)))        du = da ⊙ silu(g)
/// ```
public final class SwiGlu {
  private static final int GRAIN = 4;

  private SwiGlu() {}

  /// Computes a from float32 rows and, for the way back, keeps g and u in bfloat16.
  ///
  /// @param both `[rows, 2 width]` float32
  /// @param out `[rows, width]` of a type
  /// @param kept `[rows, 2 width]` bfloat16; 0 to keep nothing
  public static void forward(long both, int rows, int width, long out, Dtype type, long kept) {
    Team.ranges(
        rows,
        GRAIN,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            long g = both + 8L * r * width;
            if (type == Dtype.FLOAT32) {
              row(g, width, out + 4L * r * width);
            } else {
              narrow(g, width, out + 2L * r * width);
            }
            if (kept != 0) {
              Vectors.narrow(g, 2 * width, kept + 4L * r * width);
            }
          }
        });
  }

  private static void row(long g, int width, long out) {
    long u = g + 4L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector gate = Raw.floats(g + 4L * c);
      Raw.put(gate.mul(sigmoid(gate)).mul(Raw.floats(u + 4L * c)), out + 4L * c);
    }
  }

  private static void narrow(long g, int width, long out) {
    long u = g + 4L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector gate = Raw.floats(g + 4L * c);
      Raw.putNarrow(gate.mul(sigmoid(gate)).mul(Raw.floats(u + 4L * c)), out + 2L * c);
    }
  }

  private static FloatVector sigmoid(FloatVector x) {
    FloatVector e = Exp.of(x.neg());
    return FloatVector.broadcast(Raw.FLOATS, 1).div(e.add(1));
  }

  /// Takes the gradient back.
  ///
  /// @param type of everything but `da`
  /// @param both g and u, `[rows, 2 width]`; overwritten by dg and du
  /// @param da `[rows, width]` float32
  /// @param out takes a again, `[rows, width]`
  public static void backward(Dtype type, long both, long da, int rows, int width, long out) {
    Team.ranges(
        rows,
        GRAIN,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            long at = (long) type.bytes() * r * width;
            if (type == Dtype.FLOAT32) {
              backwardRow(both + 2 * at, da + 4L * r * width, width, out + at);
            } else {
              backwardNarrow(both + 2 * at, da + 4L * r * width, width, out + at);
            }
          }
        });
  }

  private static void backwardRow(long g, long da, int width, long out) {
    long u = g + 4L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector gate = Raw.floats(g + 4L * c);
      FloatVector up = Raw.floats(u + 4L * c);
      FloatVector d = Raw.floats(da + 4L * c);
      FloatVector s = sigmoid(gate);
      FloatVector silu = gate.mul(s);
      Raw.put(silu.mul(up), out + 4L * c);
      Raw.put(slope(gate, s).mul(d).mul(up), g + 4L * c);
      Raw.put(d.mul(silu), u + 4L * c);
    }
  }

  private static void backwardNarrow(long g, long da, int width, long out) {
    long u = g + 2L * width;
    for (int c = 0; c < width; c += Raw.LANES) {
      FloatVector gate = Raw.narrow(g + 2L * c);
      FloatVector up = Raw.narrow(u + 2L * c);
      FloatVector d = Raw.floats(da + 4L * c);
      FloatVector s = sigmoid(gate);
      FloatVector silu = gate.mul(s);
      Raw.putNarrow(silu.mul(up), out + 2L * c);
      Raw.putNarrow(slope(gate, s).mul(d).mul(up), g + 2L * c);
      Raw.putNarrow(d.mul(silu), u + 2L * c);
    }
  }

  /// The derivative of silu.
  private static FloatVector slope(FloatVector gate, FloatVector s) {
    FloatVector one = FloatVector.broadcast(Raw.FLOATS, 1);
    return s.mul(one.add(gate.mul(one.sub(s))));
  }
}
