package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import jdk.incubator.vector.FloatVector;
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

  /// Returns the layout of plain heads, without biases and norms.
  public static Heads plain(int queries, int keys, int dim) {
    return new Heads(queries, keys, dim, 0, null, null);
  }

  /// Returns D rounded up to sixteens, whole vectors on every machine.
  public int width() {
    return Kernels.whole(dim);
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

  /// Writes the zeros behind the rows of heads.
  ///
  /// @param to float32, [#elements]
  public void pad(long to, int tokens) {
    for (int h = 0; h < heads(); h++) {
      Raw.zero(head(to, h, tokens) + 4L * tokens * width(), 4L * CausalAttention.BLOCK * width());
    }
  }

  /// Splits projections of some tokens into heads. Where products are in bfloat16, all are rounded
  /// to it, as caches hold keys and values: so a token is worth the same to who reads it in a whole
  /// sequence and to who draws it. Gradients pass by the rounding.
  ///
  /// @param all float32 `[count, (H + 2K) D]`; the bias is added in place
  /// @param some which tokens of N
  /// @param angles float32 `[N, D]`: the cosines of D/2 angles, then their sines
  /// @param product the type of products
  /// @param to float32, [#elements]
  public void split(long all, Some some, long angles, Dtype product, long to) {
    int stride = heads() * dim;
    KernelThreadPool.ranges(
        some.count,
        GRAIN,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            long row = all + 4L * r * stride;
            if (bias != 0) {
              Vectors.add(bias, row, stride);
            }
            long t = (long) some.from + r;
            for (int h = 0; h < heads(); h++) {
              long at = head(to, h, some.of) + 4L * t * width();
              splitHead(row + 4L * h * dim, h, angles + 4L * t * dim, at);
              if (h >= queries && product == Dtype.BFLOAT16) {
                LayerLoops.round(at, width());
              }
            }
          }
        });
  }

  /// Some of N tokens.
  ///
  /// @param from the first
  /// @param count how many
  /// @param of N
  public record Some(int from, int count, int of) {}

  private void splitHead(long from, int head, long angle, long to) {
    if (width() != dim) {
      for (int c = width() - Kernels.LANES; c < width(); c += Raw.LANES) {
        Raw.put(FloatVector.zero(Raw.FLOATS), to + 4L * c);
      }
    }
    RmsNorm norm = norm(head);
    if (norm != null) {
      norm.row(from, to);
    }
    if (turned(head)) {
      LayerLoops.turn(norm == null ? from : to, to, angle, dim / 2, 1);
    } else {
      Raw.copy(from, to, 4L * dim);
    }
  }

  /// Returns whether queries and keys are normed.
  public boolean normed() {
    return queryNorm != null;
  }

  /// Gathers the gradients at heads of some tokens into those at projections.
  ///
  /// @param heads gradients at queries, keys and values, [#elements]; overwritten
  /// @param some which tokens of N
  /// @param angles float32 `[N, D]`
  /// @param norms where gradients of the norms' weights go, and what the projections were
  /// @param to float32 `[count, (H + 2K) D]`
  public void join(long heads, Some some, long angles, Normed norms, long to) {
    KernelThreadPool.ranges(
        some.count,
        GRAIN,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            long t = (long) some.from + r;
            long dq = norms.partial + 8 * (t / GRAIN) * dim;
            for (int h = 0; h < heads(); h++) {
              long gradient = head(heads, h, some.of) + 4L * t * width();
              long before = norms.before + 4 * (t * heads() + h) * dim;
              long dNorm = h < queries ? dq : dq + 4L * dim;
              long at = to + 4 * ((long) r * heads() + h) * dim;
              joinHead(gradient, h, angles + 4L * t * dim, new Joined(before, dNorm, at));
            }
          }
        });
  }

  /// The values that the backward pass through the norms of heads needs; nothing where heads are
  /// not normed.
  ///
  /// @param before what the projections of all N tokens were, bias included
  /// @param partial where the gradients at the norms' weights are added to, [#partials]
  public record Normed(long before, long partial) {
    /// Without norms.
    public static final Normed NONE = new Normed(0, 0);
  }

  /// Returns the floats that partial gradients of the norms' weights take, zeros at first.
  public long partials(int tokens) {
    return 2L * ((tokens + GRAIN - 1) / GRAIN) * dim;
  }

  /// Adds up the partial gradients of the norms' weights.
  ///
  /// @param query float32 `[D]`, added to
  /// @param key float32 `[D]`, added to
  public void sumPartials(long partial, int tokens, long query, long key) {
    for (int part = 0; part * GRAIN < tokens; part++) {
      Vectors.add(partial + 8L * part * dim, query, dim);
      Vectors.add(partial + 8L * part * dim + 4L * dim, key, dim);
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
      LayerLoops.turn(gradient, gradient, angle, dim / 2, -1);
      Raw.zero(joined.to, 4L * dim);
      norm.backwardRow(gradient, joined.before, joined.to, joined.dNorm);
    } else if (turned(head)) {
      LayerLoops.turn(gradient, joined.to, angle, dim / 2, -1);
    } else {
      Raw.copy(gradient, joined.to, 4L * dim);
    }
  }
}
