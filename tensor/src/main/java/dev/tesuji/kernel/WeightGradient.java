package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// The gradient of a projection's weight: dW += dYᵀ · X over all cores, summed in float32.
///
/// Rows of dY and X (tokens) are taken in chunks of a fixed size, so that the micro-kernel sees few
/// different dimensions; what the last chunk lacks is made up of ever smaller powers of two.
public final class WeightGradient {
  private static final int CHUNK = 256;
  private static final int OUT = 64; // outputs of an item of work
  private static final int IN = 256; // inputs of it

  private final Dtype type;
  private final int rows;
  private final int out;
  private final int in;
  private final int chunks;

  private WeightGradient(Dtype type, int rows, int out, int in) {
    this.type = type;
    this.rows = rows;
    this.out = out;
    this.in = in;
    chunks = (rows + CHUNK - 1) / CHUNK;
  }

  /// Adds to a gradient.
  ///
  /// @param type the product's type
  /// @param dy gradient at the outputs, float32 or bfloat16 `[rows or more, out]`
  /// @param x the inputs, float32 or bfloat16 `[rows or more, in]`
  /// @param rows how many rows of both count
  /// @param gradient float32 or bfloat16 `[out, in]`
  public static void add(Dtype type, Tensor dy, Tensor x, int rows, Tensor gradient) {
    int out = Math.toIntExact(gradient.size(0));
    int in = Math.toIntExact(gradient.size(1));
    new WeightGradient(type, rows, out, in).run(dy, x, gradient);
  }

  private void run(Tensor dy, Tensor x, Tensor gradient) {
    long operands = (long) rows * (out + in) * type.bytes();
    long updated = 2L * out * in * gradient.dtype().bytes();
    Profile.count(2L * rows * out * in, operands + updated);
    try (Scope _ = Scope.open()) {
      long left = Raw.address(Tensor.empty(type, (long) chunks * out * CHUNK));
      turn(dy, left);
      long right = type == Dtype.FLOAT32 ? Raw.address(x, type, 0) : pairs(x);
      long tiles = Raw.address(Tensor.empty(Dtype.FLOAT32, (long) Team.slots() * OUT * IN));
      boolean direct = gradient.dtype() == Dtype.FLOAT32;
      long to = Raw.address(gradient);
      int across = (in + IN - 1) / IN;
      int down = (out + OUT - 1) / OUT;
      Team.run(
          across * down,
          (item, slot) -> {
            int o = item / across * OUT;
            int i = item % across * IN;
            if (direct) {
              block(left, right, o, i, to + 4 * ((long) o * in + i), in, true);
            } else {
              long tile = tiles + 4L * slot * OUT * IN;
              block(left, right, o, i, tile, IN, false);
              addTile(tile, o, i, to);
            }
          });
    }
  }

  /// Writes dYᵀ as chunks `[chunks, out, CHUNK]`.
  private void turn(Tensor dy, long to) {
    long from = Raw.address(dy);
    Dtype stored = dy.dtype();
    int columns = 64; // at a time
    int across = (out + columns - 1) / columns;
    boolean narrow = type == Dtype.BFLOAT16;
    try (Scope _ = Scope.open()) {
      long each = (long) CHUNK * columns * 2;
      long scratch = narrow ? Raw.address(Tensor.empty(Dtype.UINT8, each * Team.slots())) : 0;
      Team.run(
          chunks * across,
          (item, slot) -> {
            int chunk = item / across;
            int column = item % across * columns;
            int width = Math.min(columns, out - column);
            int count = Math.min(CHUNK, rows - chunk * CHUNK);
            long at = from + ((long) chunk * CHUNK * out + column) * stored.bytes();
            long target = to + ((long) chunk * out + column) * CHUNK * type.bytes();
            if (narrow) {
              long mine = scratch + slot * each;
              Pairs.rows(at, stored, out, count, width, mine);
              Transpose.floats(mine, width, target, CHUNK / 2, (count + 1) / 2, width);
            } else {
              Transpose.floats(at, out, target, CHUNK, count, width);
            }
          });
    }
  }

  /// Writes the rows of X in pairs, bfloat16 `[rows / 2, in, 2]`.
  private long pairs(Tensor x) {
    long from = Raw.address(x);
    Dtype stored = x.dtype();
    long to = Raw.address(Tensor.empty(Dtype.BFLOAT16, (long) Panels.even(rows) * in));
    Team.ranges(
        (rows + 1) / 2,
        16,
        (first, end) ->
            Pairs.rows(
                from + 2L * first * in * stored.bytes(),
                stored,
                in,
                Math.min(rows, 2 * end) - 2 * first,
                in,
                to + 4L * first * in));
    return to;
  }

  private void block(long left, long right, int o, int i, long c, int ldc, boolean add) {
    int m = Math.min(OUT, out - o);
    int n = Math.min(IN, in - i);
    boolean further = add;
    for (int chunk = 0; chunk < chunks; chunk++) {
      int count = Math.min(CHUNK, rows - chunk * CHUNK);
      count = type == Dtype.FLOAT32 ? count : Panels.even(count);
      for (int k = 0; k < count; ) {
        int depth = Integer.highestOneBit(count - k);
        long a = left + (((long) chunk * out + o) * CHUNK + k) * type.bytes();
        // In pairs, two rows are one of twice the length: an even row begins where it would alone.
        long row = (long) chunk * CHUNK + k;
        long b = right + (row * in + (type == Dtype.FLOAT32 ? i : 2L * i)) * type.bytes();
        new Brgemm(type, m, n, depth, CHUNK, in, ldc, further).run(a, b, c);
        further = true;
        k += depth;
      }
    }
  }

  private void addTile(long tile, int o, int i, long gradient) {
    int m = Math.min(OUT, out - o);
    int n = Math.min(IN, in - i);
    for (int r = 0; r < m; r++) {
      long from = tile + 4L * r * IN;
      long to = gradient + 2 * ((long) (o + r) * in + i);
      Vectors.addNarrow(from, n, to);
    }
  }
}
