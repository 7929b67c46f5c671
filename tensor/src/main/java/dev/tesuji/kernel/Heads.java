package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/// From the projections of tokens, `[N, (H + 2K) D]`, to the queries, keys and values of heads, and
/// back: adds the bias, norms queries and keys where the model does, turns them by their positions.
///
/// A head's rows lie together, `[heads, N + BLOCK, width]` with the width D rounded up to whole
/// vectors by zeros, and BLOCK rows of zeros at the end, so that attention may read past a
/// sequence.
///
/// @param queries H
/// @param keys K
/// @param dim D
/// @param bias float32 `[(H + 2K) D]`; 0 without
/// @param queryNorm null without
/// @param keyNorm null without
public record Heads(
    int queries,
    int keys,
    int dim,
    long bias,
    @Nullable RmsNorm queryNorm,
    @Nullable RmsNorm keyNorm) {
  private static final int GRAIN = 16; // tokens; fixed, since partial sums depend on it

  /// Returns D rounded up to whole vectors.
  public int width() {
    return (dim + Raw.LANES - 1) / Raw.LANES * Raw.LANES;
  }

  /// Returns H + 2K.
  public int heads() {
    return queries + 2 * keys;
  }

  /// Returns the elements that queries, keys and values of N tokens take.
  public long elements(int tokens) {
    return (long) heads() * rows(tokens) * width();
  }

  /// Returns the rows of one head.
  static long rows(int tokens) {
    return (long) tokens + CausalAttention.BLOCK;
  }

  /// Returns where a head's rows begin: queries first, then keys, then values.
  long head(long heads, int head, int tokens) {
    return heads + 4L * head * rows(tokens) * width();
  }

  private boolean turned(int head) {
    return head < queries + keys;
  }

  private @Nullable RmsNorm norm(int head) {
    return head < queries ? queryNorm : turned(head) ? keyNorm : null;
  }

  /// Splits projections into heads.
  ///
  /// @param all float32 `[N, (H + 2K) D]`; the bias is added in place
  /// @param angles float32 `[N, D]`: the cosines of D/2 angles, then their sines
  /// @param to float32, [#elements]
  public void split(long all, int tokens, long angles, long to) {
    int stride = heads() * dim;
    for (int h = 0; h < heads(); h++) {
      Raw.zero(head(to, h, tokens) + 4L * tokens * width(), 4L * CausalAttention.BLOCK * width());
    }
    Team.ranges(
        tokens,
        GRAIN,
        (from, end) -> {
          for (int t = from; t < end; t++) {
            long row = all + 4L * t * stride;
            if (bias != 0) {
              Vectors.add(bias, row, stride);
            }
            for (int h = 0; h < heads(); h++) {
              long at = head(to, h, tokens) + 4L * t * width();
              splitHead(row + 4L * h * dim, h, angles + 4L * t * dim, at);
            }
          }
        });
  }

  private void splitHead(long from, int head, long angle, long to) {
    if (width() != dim) {
      Raw.put(FloatVector.zero(Raw.FLOATS), to + 4L * (width() - Raw.LANES));
    }
    RmsNorm norm = norm(head);
    if (norm != null) {
      norm.row(from, to);
    }
    if (turned(head)) {
      turn(norm == null ? from : to, to, angle, dim / 2, 1);
    } else {
      Raw.copy(from, to, 4L * dim);
    }
  }

  /// Turns a head's row: pair i is (x_i, x_{i + D/2}).
  ///
  /// @param direction 1 to turn, -1 to turn back
  private static void turn(long from, long to, long angle, int half, float direction) {
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

  /// Where the gradients of the weights of the norms are, float32 `[D]` each.
  public record NormGradients(long queries, long keys) {}

  /// Says whether queries and keys are normed.
  public boolean normed() {
    return queryNorm != null;
  }

  /// Gathers the gradients at heads into those at projections, `[N, (H + 2K) D]`.
  ///
  /// @param heads gradients at queries, keys and values; overwritten
  /// @param all what the projections were, bias included; read only where there are norms
  /// @param norms what the gradients of the norms' weights are added to
  /// @param to float32 `[N, (H + 2K) D]`
  public void join(long heads, int tokens, long angles, long all, NormGradients norms, long to) {
    int parts = (tokens + GRAIN - 1) / GRAIN;
    try (Scope _ = Scope.open()) {
      long partial = Raw.address(Tensor.zeros(Dtype.FLOAT32, 2L * parts * dim));
      Team.run(
          parts,
          (part, _) -> {
            long dq = partial + 8L * part * dim;
            int end = Math.min(tokens, (part + 1) * GRAIN);
            for (int t = part * GRAIN; t < end; t++) {
              for (int h = 0; h < heads(); h++) {
                long from = head(heads, h, tokens) + 4L * t * width();
                long at = 4 * ((long) t * heads() + h) * dim;
                long dNorm = h < queries ? dq : dq + 4L * dim;
                joinHead(from, h, angles + 4L * t * dim, new Joined(all + at, dNorm, to + at));
              }
            }
          });
      for (int part = 0; part < parts && queryNorm != null; part++) {
        Vectors.add(partial + 8L * part * dim, norms.queries, dim);
        Vectors.add(partial + 8L * part * dim + 4L * dim, norms.keys, dim);
      }
    }
  }

  /// Where the gradient of a head's row goes.
  ///
  /// @param before the projection that was normed
  /// @param dNorm the gradient of the norm's weight
  /// @param to the gradient of the projection
  private record Joined(long before, long dNorm, long to) {}

  private void joinHead(long gradient, int head, long angle, Joined joined) {
    RmsNorm norm = norm(head);
    if (norm != null) {
      turn(gradient, gradient, angle, dim / 2, -1);
      Raw.zero(joined.to, 4L * dim);
      norm.backwardRow(gradient, joined.before, joined.to, joined.dNorm);
    } else if (turned(head)) {
      turn(gradient, joined.to, angle, dim / 2, -1);
    } else {
      Raw.copy(gradient, joined.to, 4L * dim);
    }
  }
}
