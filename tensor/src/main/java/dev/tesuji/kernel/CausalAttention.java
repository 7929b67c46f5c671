package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/// Causal attention of whole sequences that lie end to end, without padding, in float32, and the
/// way back.
///
/// Queries and keys are taken in blocks ([Dao et al., 2022](https://arxiv.org/abs/2205.14135)); the
/// probabilities of one block of queries exist at a time, and are computed again on the way back:
///
/// ```
/// P = softmax(s Q Kᵀ)    O = P V
/// dV = Pᵀ dO    dP = dO Vᵀ    dS = s P ⊙ (dP - rowsum(P ⊙ dP))    dQ = dS K    dK = dSᵀ Q
/// ```
///
/// An item of work is a sequence and a key head, with the query heads that share it: so nobody adds
/// to what another adds to.
///
/// @param heads the layout
/// @param scale s
/// @param starts where each sequence begins
/// @param lengths how long it is
/// @param tokens N
public record CausalAttention(Heads heads, float scale, int[] starts, int[] lengths, int tokens) {
  /// Rows of queries and of keys in a block.
  static final int BLOCK = 64;

  /// Computes O.
  ///
  /// @param from queries, keys and values
  /// @param out `[N, H D]` of a type
  public void forward(long from, long out, Dtype type) {
    count(2);
    run((sequence, keyHead, scratch) ->
        new Item(sequence, keyHead, from, scratch).forward(out, type));
  }

  /// Computes the gradients at queries, keys and values.
  ///
  /// @param from queries, keys and values
  /// @param dOut gradient at O, float32 `[N, H D]`
  /// @param to gradients, in the layout of `from`, zeros before
  public void backward(long from, long dOut, long to) {
    count(6);
    run((sequence, keyHead, scratch) ->
        new Item(sequence, keyHead, from, scratch).backward(dOut, to));
  }

  /// Counts products over the visible half of the pairs of tokens.
  private void count(int products) {
    long pairs = 0;
    for (int l : lengths) {
      pairs += (long) l * (l + 1) / 2;
    }
    long each = 4L * tokens * heads.heads() * heads.dim();
    Profile.count(2L * products * pairs * heads.queries() * heads.dim(), products * each);
  }

  private interface Part {
    void run(int sequence, int keyHead, long scratch);
  }

  private void run(Part part) {
    int longest = 0;
    for (int l : lengths) {
      longest = Math.max(longest, l);
    }
    long blocks = (longest + BLOCK - 1L) / BLOCK;
    // Per block of keys: Kᵀ, Vᵀ, and two blocks of scores; besides, one block.
    long each = 4 * BLOCK * (2 * blocks * heads.width() + (2 * blocks + 1) * BLOCK);
    try (Scope _ = Scope.open()) {
      long scratch = Raw.address(Tensor.empty(Dtype.UINT8, each * Team.slots()));
      Team.run(
          lengths.length * heads.keys(),
          (item, slot) ->
              part.run(item / heads.keys(), item % heads.keys(), scratch + slot * each));
    }
  }

  /// Writes a head's output of a token in a type.
  static void write(long from, long to, int dim, Dtype type) {
    if (type == Dtype.FLOAT32) {
      Raw.copy(from, to, 4L * dim);
    } else {
      Vectors.narrow(from, dim, to);
    }
  }

  /// One sequence and one key head.
  private final class Item {
    private final int start;
    private final int length;
    private final int keyHead;
    private final int blocks;
    private final int row; // of scores: the sequence's length in whole blocks
    private final int width = heads.width();
    private final int dim = heads.dim();
    private final long base; // of the queries, keys and values
    private final long keys;
    private final long values;
    private final long turnedKeys; // Kᵀ by blocks [width, BLOCK]
    private final long turnedValues;
    private final long probabilities; // [BLOCK, row]
    private final long slopes; // [BLOCK, row]
    private final long spare; // [BLOCK, BLOCK]

    Item(int sequence, int keyHead, long base, long scratch) {
      start = starts[sequence];
      length = lengths[sequence];
      this.keyHead = keyHead;
      this.base = base;
      blocks = (length + BLOCK - 1) / BLOCK;
      row = blocks * BLOCK;
      keys = rows(base, heads.queries() + keyHead);
      values = rows(base, heads.queries() + heads.keys() + keyHead);
      turnedKeys = scratch;
      turnedValues = turnedKeys + 4L * row * width;
      probabilities = turnedValues + 4L * row * width;
      slopes = probabilities + 4L * BLOCK * row;
      spare = slopes + 4L * BLOCK * row;
      turn(keys, turnedKeys);
    }

    /// Where this sequence's rows of a head begin.
    private long rows(long of, int head) {
      return heads.head(of, head, tokens) + 4L * start * width;
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
        for (int q = 0; q < length; q += BLOCK) {
          int count = Math.min(BLOCK, length - q);
          attend(h, q, count);
          float32(count, width, q + BLOCK, row, width, width, false)
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

    /// Computes the probabilities of a block of queries over the keys up to its end.
    private void attend(int head, int q, int count) {
      long queries = rows(base, head) + 4L * q * width;
      scores(queries, width, turnedKeys, q, count, probabilities);
      for (int r = 0; r < count; r++) {
        long p = probabilities + 4L * r * row;
        int seen = q + r + 1;
        float sum = Vectors.exp(p, seen, Vectors.max(p, seen), scale);
        Vectors.scale(p, seen, 1 / sum);
        Raw.zero(p + 4L * seen, 4L * (q + BLOCK - seen));
      }
    }

    /// Multiplies rows by the turned blocks up to that of the queries.
    private void scores(long rows, int stride, long turned, int q, int count, long to) {
      for (int b = 0; b <= q / BLOCK; b++) {
        float32(count, BLOCK, dim, stride, BLOCK, row, false)
            .run(rows, turned + 4L * b * BLOCK * width, to + 4L * b * BLOCK);
      }
    }

    void backward(long dOut, long to) {
      turn(values, turnedValues);
      int shared = heads.queries() / heads.keys();
      for (int h = keyHead * shared; h < (keyHead + 1) * shared; h++) {
        for (int q = 0; q < length; q += BLOCK) {
          backward(h, q, dOut, to);
        }
      }
    }

    private void backward(int head, int q, long dOut, long to) {
      int count = Math.min(BLOCK, length - q);
      attend(head, q, count);
      int stride = heads.queries() * dim;
      long dO = dOut + 4 * ((long) (start + q) * stride + (long) head * dim);
      scores(dO, stride, turnedValues, q, count, slopes);
      for (int r = 0; r < count; r++) {
        long p = probabilities + 4L * r * row;
        long s = slopes + 4L * r * row;
        slope(p, s, q + BLOCK, Vectors.dot(p, s, q + BLOCK), scale);
      }
      long dQ = rows(to, head) + 4L * q * width;
      float32(count, dim, q + BLOCK, row, width, width, false).run(slopes, keys, dQ);
      long queries = rows(base, head) + 4L * q * width;
      long dK = rows(to, heads.queries() + keyHead);
      long dV = rows(to, heads.queries() + heads.keys() + keyHead);
      for (int b = 0; b <= q / BLOCK; b++) {
        long at = 4L * b * BLOCK * width;
        long column = 4L * b * BLOCK;
        int seen = Math.min(BLOCK, length - b * BLOCK);
        Transpose.floats(slopes + column, row, spare, BLOCK, count, seen);
        float32(seen, dim, count, BLOCK, width, width, true).run(spare, queries, dK + at);
        Transpose.floats(probabilities + column, row, spare, BLOCK, count, seen);
        float32(seen, dim, count, BLOCK, stride, width, true).run(spare, dO, dV + at);
      }
    }
  }

  /// Turns a row of dP into dS.
  private static void slope(long p, long s, int n, float mean, float scale) {
    for (int i = 0; i < n; i += Raw.LANES) {
      FloatVector d = Raw.floats(s + 4L * i).sub(mean).mul(Raw.floats(p + 4L * i));
      Raw.put(d.mul(scale), s + 4L * i);
    }
  }
}
