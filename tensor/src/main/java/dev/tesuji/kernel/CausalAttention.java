package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// Causal attention of whole sequences that lie end to end, without padding, in float32, and the
/// way back.
///
/// Queries and keys are taken in blocks ([Dao et al., 2022](https://arxiv.org/abs/2205.14135)); the
/// probabilities of one block of queries exist at a time, and are computed again in the backward
/// pass:
///
/// ```
/// P = softmax(s Q Kᵀ)    O = P V
/// dV = Pᵀ dO    dP = dO Vᵀ    dS = s P ⊙ (dP - rowsum(P ⊙ dP))    dQ = dS K    dK = dSᵀ Q
/// ```
///
/// An item of work is a span and a key head, with the query heads that share it: so nobody adds to
/// what another adds to. The gradients that the continuations of a prefix leave at its keys and
/// values are kept apart and added to the prefix's own at the end, in the order of the spans.
///
/// @param heads the layout
/// @param scale s
/// @param spans the sequences
public record CausalAttention(Heads heads, float scale, Spans spans) {
  /// Rows of queries and of keys in a block.
  static final int BLOCK = 64;

  /// Computes O.
  ///
  /// @param from queries, keys and values
  /// @param out `[N, H D]` of a type
  public void forward(long from, long out, Dtype type) {
    count(2);
    try (Scope _ = Scope.open()) {
      run((span, keyHead, scratch) -> new Item(span, keyHead, from, scratch).forward(out, type));
    }
  }

  /// Computes the gradients at queries, keys and values.
  ///
  /// @param from queries, keys and values
  /// @param dOut gradient at O, float32 `[N, H D]`
  /// @param to takes the gradients, in the layout of `from`; what lies behind rows is not written
  public void backward(long from, long dOut, long to) {
    count(6);
    try (Scope _ = Scope.open()) {
      PrefixGradients apart = PrefixGradients.of(heads, spans);
      run((span, keyHead, scratch) ->
          new Item(span, keyHead, from, scratch).backward(dOut, to, apart));
      apart.addTo(to);
    }
  }

  /// Counts products over the visible pairs of tokens.
  private void count(int products) {
    long each = 4L * spans.tokens() * heads.heads() * heads.dim();
    Profile.count(2L * products * spans.pairs() * heads.queries() * heads.dim(), products * each);
  }

  private interface Part {
    void run(int span, int keyHead, long scratch);
  }

  private void run(Part part) {
    long each = workspaceBytes(heads, spans.longest(), spans.shares());
    long scratch = Raw.address(Tensor.empty(Dtype.UINT8, each * KernelThreadPool.slots()));
    KernelThreadPool.run(
        spans.count() * heads.keys(),
        (item, slot) -> part.run(item / heads.keys(), item % heads.keys(), scratch + slot * each));
  }

  /// Returns the bytes that each thread works in.
  ///
  /// @param longest tokens of the longest sequence
  /// @param shares whether sequences share beginnings, whose keys and values are then gathered
  public static long workspaceBytes(Heads heads, long longest, boolean shares) {
    long blocks = (longest + BLOCK - 1L) / BLOCK;
    // Per block of keys: Kᵀ, Vᵀ, and two blocks of scores; K, V and their gradients where these are
    // gathered; besides, one block.
    int gathered = shares ? 4 : 0;
    return 4 * BLOCK * ((2 + gathered) * blocks * heads.width() + (2 * blocks + 1) * BLOCK);
  }

  /// Writes a head's output of a token in a type.
  static void write(long from, long to, int dim, Dtype type) {
    if (type == Dtype.FLOAT32) {
      Raw.copy(from, to, 4L * dim);
    } else {
      Vectors.narrow(from, dim, to);
    }
  }

  /// One span and one key head.
  private final class Item {
    private final int span;
    private final int start;
    private final int before; // tokens that the span continues
    private final int own; // tokens of the span
    private final int length; // of both
    private final int keyHead;
    private final int blocks;
    private final int row; // of scores: the length in whole blocks
    private final int width = heads.width();
    private final int dim = heads.dim();
    private final long base; // of the queries, keys and values
    private final long keys; // [row, width]
    private final long values;
    private final long turnedKeys; // Kᵀ by blocks [width, BLOCK]
    private final long turnedValues;
    private final long probabilities; // [BLOCK, row]
    private final long slopes; // [BLOCK, row]
    private final long spare; // [BLOCK, BLOCK]
    private final long gathered; // K, V, dK and dV of a span that continues another
    private final QueryBlocks queryBlocks;

    Item(int span, int keyHead, long base, long scratch) {
      this.span = span;
      start = spans.starts()[span];
      before = spans.before(span);
      own = spans.lengths()[span];
      length = before + own;
      this.keyHead = keyHead;
      this.base = base;
      blocks = (length + BLOCK - 1) / BLOCK;
      row = blocks * BLOCK;
      turnedKeys = scratch;
      turnedValues = turnedKeys + 4L * row * width;
      probabilities = turnedValues + 4L * row * width;
      slopes = probabilities + 4L * BLOCK * row;
      spare = slopes + 4L * BLOCK * row;
      gathered = spare + 4L * BLOCK * BLOCK;
      keys = before == 0 ? rows(base, heads.queries() + keyHead) : gathered;
      values =
          before == 0
              ? rows(base, heads.queries() + heads.keys() + keyHead)
              : gathered + 4L * row * width;
      if (before > 0) {
        gather(heads.queries() + keyHead, keys);
        gather(heads.queries() + heads.keys() + keyHead, values);
      }
      turn(keys, turnedKeys);
      queryBlocks = new QueryBlocks(heads, scale, row, probabilities);
    }

    /// Copies the prefix's rows of a head and the span's own, and zeros up to a whole block.
    private void gather(int head, long to) {
      long prefix = heads.head(base, head, spans.tokens());
      prefix += 4L * spans.starts()[spans.prefixes()[span]] * width;
      Raw.copy(prefix, to, 4L * before * width);
      Raw.copy(rows(base, head), to + 4L * before * width, 4L * own * width);
      Raw.zero(to + 4L * length * width, 4L * (row - length) * width);
    }

    /// Where this span's own rows of a head begin.
    private long rows(long of, int head) {
      return heads.head(of, head, spans.tokens()) + 4L * start * width;
    }

    private int count(int q) {
      return QueryBlocks.count(before + q, own - q);
    }

    private void turn(long from, long to) {
      for (int b = 0; b < blocks; b++) {
        long at = 4L * b * BLOCK * width;
        Transpose.floats(from + at, width, to + at, BLOCK, BLOCK, width);
      }
    }

    void forward(long out, Dtype type) {
      int shared = heads.queries() / heads.keys();
      long stride = (long) heads.queries() * dim;
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        for (int q = 0; q < own; q += count(q)) {
          int count = count(q);
          attend(h, q, count);
          float32(count, width, QueryBlocks.end(before + q, count), row, width, width, false)
              .run(probabilities, values, spare);
          for (int r = 0; r < count; r++) {
            long to = out + ((start + q + r) * stride + (long) h * dim) * type.bytes();
            write(spare + 4L * r * width, to, dim, type);
          }
        }
      }
    }

    private static Brgemm float32(
        long m, long n, long k, long lda, long ldb, long ldc, boolean add) {
      return new Brgemm(Dtype.FLOAT32, m, n, k, lda, ldb, ldc, add);
    }

    private void attend(int head, int q, int count) {
      long queries = rows(base, head) + 4L * q * width;
      int end = QueryBlocks.end(before + q, count);
      queryBlocks.scores(queries, width, turnedKeys, end, count, probabilities);
      queryBlocks.softmax(before + q, count);
    }

    void backward(long dOut, long to, PrefixGradients apart) {
      turn(values, turnedValues);
      long dK = rows(to, heads.queries() + keyHead);
      long dV = rows(to, heads.queries() + heads.keys() + keyHead);
      long bytes = 4L * row * width;
      long gatheredK = gathered + 2 * bytes;
      if (before > 0) {
        Raw.zero(gatheredK, 2 * bytes);
      } else {
        Raw.zero(dK, 4L * own * width);
        Raw.zero(dV, 4L * own * width);
      }
      int shared = heads.queries() / heads.keys();
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        for (int q = 0; q < own; q += count(q)) {
          if (before == 0) {
            backward(h, q, dOut, to, new Slopes(dK, dV));
          } else {
            backward(h, q, dOut, to, new Slopes(gatheredK, gatheredK + bytes));
          }
        }
      }
      if (before > 0) {
        long ownBytes = 4L * own * width;
        long prefixBytes = 4L * before * width;
        Raw.copy(gatheredK + prefixBytes, dK, ownBytes);
        Raw.copy(gatheredK + bytes + prefixBytes, dV, ownBytes);
        Raw.copy(gatheredK, apart.keys(span, keyHead), prefixBytes);
        Raw.copy(gatheredK + bytes, apart.values(span, keyHead), prefixBytes);
      }
    }

    private void backward(int head, int q, long dOut, long to, Slopes into) {
      int count = count(q);
      int end = QueryBlocks.end(before + q, count);
      attend(head, q, count);
      int stride = heads.queries() * dim;
      long dO = dOut + 4 * ((long) (start + q) * stride + (long) head * dim);
      queryBlocks.scores(dO, stride, turnedValues, end, count, slopes);
      for (int r = 0; r < count; r++) {
        long p = probabilities + 4L * r * row;
        long s = slopes + 4L * r * row;
        LayerLoops.slope(p, s, end, Vectors.dot(p, s, end), scale);
      }
      long dQ = rows(to, head) + 4L * q * width;
      float32(count, dim, end, row, width, width, false).run(slopes, keys, dQ);
      long queries = rows(base, head) + 4L * q * width;
      for (int b = 0; b < end / BLOCK; b++) {
        long at = 4L * b * BLOCK * width;
        long column = 4L * b * BLOCK;
        int seen = Math.min(BLOCK, length - b * BLOCK);
        Transpose.floats(slopes + column, row, spare, BLOCK, count, seen);
        float32(seen, dim, count, BLOCK, width, width, true).run(spare, queries, into.keys + at);
        Transpose.floats(probabilities + column, row, spare, BLOCK, count, seen);
        float32(seen, dim, count, BLOCK, stride, width, true).run(spare, dO, into.values + at);
      }
    }
  }

  /// Where the gradients at keys and values are added to.
  private record Slopes(long keys, long values) {}
}
