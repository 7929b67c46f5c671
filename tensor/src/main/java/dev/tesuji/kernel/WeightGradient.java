package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gradient of a projection's weight: dW += dYᵀ · X over all cores, summed in float32.
///
/// Rows of dY and X (tokens) are taken in chunks of a fixed size, so that the micro-kernel sees few
/// different dimensions; what the last chunk lacks is made up of ever smaller powers of two.
public final class WeightGradient {
  private static final int CHUNK = 256;
  private static final int STEP = 32; // what few rows are rounded up to
  private static final int OUT = 64; // outputs per call of the micro-kernel
  private static final int TALL = 256; // outputs of an item of work at most
  private static final int IN = 256; // inputs of it
  private static final int ITEMS = 6; // for each core, so that none waits for long

  private final Dtype type;
  private final int rows;
  private final int out;
  private final int in;
  private final int tall; // outputs of an item of work
  private final int chunk; // rows of a chunk: fewer where there are few in all
  private final int chunks;
  private final Tensor gradient;
  private final long left; // dYᵀ in chunks, [chunks, out, chunk]
  private final long right; // X: float32 [rows, in]; bfloat16 in pairs, [rows / 2, in, 2]

  /// Makes room for the factors in the open scope.
  ///
  /// @param type the product's type
  /// @param rows how many there will be
  /// @param gradient float32 or bfloat16 `[out, in]`, to be added to
  public WeightGradient(Dtype type, int rows, Tensor gradient) {
    this(type, rows, gradient, new Room(type, padded(rows), Panels.even(rows), gradient), 0, 0);
  }

  private WeightGradient(
      Dtype type, int rows, Tensor gradient, Room room, long leftRows, long rightRows) {
    this.type = type;
    this.rows = rows;
    this.gradient = gradient;
    out = Math.toIntExact(gradient.size(0));
    in = Math.toIntExact(gradient.size(1));
    tall = tall();
    chunk = chunk(rows);
    chunks = (rows + chunk - 1) / chunk;
    left = room.left + leftRows * out * type.bytes();
    right = room.right + rightRows * in * type.bytes();
  }

  /// Where factors are.
  private record Room(long left, long right) {
    Room(Dtype type, long leftRows, long rightRows, Tensor gradient) {
      this(
          Raw.address(Tensor.empty(type, leftRows * gradient.size(0))),
          Raw.address(Tensor.empty(type, rightRows * gradient.size(1))));
    }
  }

  /// Makes room in the open scope for the factors of several products, which share rows out: one
  /// block for each side, whose size does not hang on who has how many. Blocks for each product
  /// would be small and of other sizes each time, and leave holes in malloc's heap.
  ///
  /// @param type the products' type
  /// @param ends for each product, the row behind its last
  /// @param gradient float32 or bfloat16 `[products out, in]`, to be added to
  /// @return the products; null for one without rows
  public static List<@Nullable WeightGradient> sharing(Dtype type, int[] ends, Tensor gradient) {
    long out = gradient.size(0) / ends.length;
    long most = room(ends[ends.length - 1], ends.length);
    Room room = new Room(type, most, most, gradient.narrow(0, 0, out));
    List<@Nullable WeightGradient> each = new ArrayList<>();
    long leftRows = 0;
    long rightRows = 0;
    for (int p = 0; p < ends.length; p++) {
      int rows = ends[p] - (p == 0 ? 0 : ends[p - 1]);
      Tensor own = gradient.narrow(0, p * out, out);
      each.add(rows == 0 ? null : new WeightGradient(type, rows, own, room, leftRows, rightRows));
      leftRows += padded(rows);
      rightRows += (rows + STEP - 1L) / STEP * STEP; // so that each begins at a cache line
    }
    return each;
  }

  /// Returns the rows that a product of so many has in whole chunks.
  private static int padded(int rows) {
    return rows == 0 ? 0 : (rows + chunk(rows) - 1) / chunk(rows) * chunk(rows);
  }

  private static int chunk(int rows) {
    return Math.min(CHUNK, (rows + STEP - 1) / STEP * STEP);
  }

  /// Returns for how many rows there is room at most in all, where rows are shared out among
  /// several products.
  public static long room(long rows, long products) {
    return rows + (STEP - 1) * products + (CHUNK - STEP) * Math.min(products, rows / CHUNK);
  }

  /// Adds to a gradient.
  ///
  /// @param type the product's type
  /// @param dy gradient at the outputs, float32 or bfloat16 `[rows or more, out]`
  /// @param x the inputs, float32 or bfloat16 `[rows or more, in]`
  /// @param rows how many rows of both count
  /// @param gradient float32 or bfloat16 `[out, in]`
  public static void add(Dtype type, Tensor dy, Tensor x, int rows, Tensor gradient) {
    try (Scope _ = Scope.open()) {
      WeightGradient product = new WeightGradient(type, rows, gradient);
      product.outputs(Raw.address(dy), dy.dtype(), 0, rows);
      product.inputs(Raw.address(x), x.dtype(), 0, rows);
      addAll(List.of(product));
    }
  }

  /// Adds to the gradients of several weights at once, whose factors are all there.
  public static void addAll(List<WeightGradient> products) {
    int[] ends = new int[products.size()];
    int items = 0;
    for (int p = 0; p < ends.length; p++) {
      WeightGradient w = products.get(p);
      w.count();
      items += w.items();
      ends[p] = items;
    }
    KernelThreadPool.run(
        items,
        (item, _) -> {
          int p = 0;
          while (item >= ends[p]) {
            p++;
          }
          WeightGradient w = products.get(p);
          w.multiply(item - (ends[p] - w.items()));
        });
  }

  private void count() {
    long operands = (long) rows * (out + in) * type.bytes();
    long updated = 2L * out * in * gradient.dtype().bytes();
    Profile.count(2L * rows * out * in, operands + updated);
  }

  /// Inputs of an item of work: fewer where the matrix is small, so that there are enough items.
  private int across() {
    return in <= 2 * IN ? IN / 2 : IN;
  }

  /// Chooses the outputs of an item of work. The taller an item is, the fewer times are the inputs
  /// read, which bounds the product where the cores' shared cache is slow.
  private int tall() {
    int most = TALL;
    while (most > OUT && items(most) < ITEMS * KernelThreadPool.slots()) {
      most /= 2;
    }
    return most;
  }

  private int items() {
    return items(tall);
  }

  private int items(int each) {
    return (in + across() - 1) / across() * ((out + each - 1) / each);
  }

  private void multiply(int item) {
    int columns = (in + across() - 1) / across();
    int o = item / columns * tall;
    int i = item % columns * across();
    int m = Math.min(tall, out - o);
    long to = Raw.address(gradient);
    if (gradient.dtype() == Dtype.FLOAT32) {
      block(o, m, i, to + 4 * ((long) o * in + i), in, true);
    } else {
      long tile = Scratch.of(4L * TALL * IN);
      block(o, m, i, tile, IN, false);
      addTile(tile, o, m, i, to);
    }
  }

  /// Takes the gradient at the outputs of some rows.
  ///
  /// @param dy where the first of them is, `[count, out]`
  /// @param first its number, even
  public void outputs(long dy, Dtype stored, int first, int count) {
    int columns = 64; // at a time
    int across = (out + columns - 1) / columns;
    int begin = first / chunk;
    int end = (first + count + chunk - 1) / chunk;
    long bytes = type == Dtype.BFLOAT16 ? (long) chunk * columns * 2 : 0;
    KernelThreadPool.run(
        (end - begin) * across,
        (item, _) -> {
          int number = begin + item / across;
          int column = item % across * columns;
          int from = Math.max(first, number * chunk);
          int some = Math.min(first + count, (number + 1) * chunk) - from;
          long at = dy + ((long) (from - first) * out + column) * stored.bytes();
          long row = ((long) number * out + column) * chunk + from % chunk;
          int width = Math.min(columns, out - column);
          turn(at, stored, left + row * type.bytes(), some, width, Scratch.of(bytes));
        });
  }

  private void turn(long from, Dtype stored, long to, int count, int width, long scratch) {
    if (type == Dtype.BFLOAT16) {
      Pairs.rows(from, stored, out, count, width, scratch);
      Transpose.floats(scratch, width, to, chunk / 2, (count + 1) / 2, width);
    } else {
      Transpose.floats(from, out, to, chunk, count, width);
    }
  }

  /// Takes the inputs of some rows.
  ///
  /// @param x where the first of them is, `[count, in]`
  /// @param first its number, even
  public void inputs(long x, Dtype stored, int first, int count) {
    long to = right + (long) first * in * type.bytes();
    int grain = 32;
    KernelThreadPool.ranges(
        count,
        grain,
        (from, end) -> {
          long at = x + (long) from * in * stored.bytes();
          long row = to + (long) from * in * type.bytes();
          if (type == Dtype.BFLOAT16) {
            Pairs.rows(at, stored, in, end - from, in, row);
          } else {
            Raw.copy(at, row, 4L * (end - from) * in);
          }
        });
  }

  private void block(int o, int m, int i, long c, int ldc, boolean add) {
    int n = Math.min(across(), in - i);
    boolean further = add;
    for (int number = 0; number < chunks; number++) {
      int count = Math.min(chunk, rows - number * chunk);
      count = type == Dtype.FLOAT32 ? count : Panels.even(count);
      for (int k = 0; k < count; ) {
        int depth = Integer.highestOneBit(count - k);
        // In pairs, two rows are one of twice the length: an even row begins where it would alone.
        long row = (long) number * chunk + k;
        long b = right + (row * in + (type == Dtype.FLOAT32 ? i : 2L * i)) * type.bytes();
        for (int r = 0; r < m; r += OUT) {
          long a = left + (((long) number * out + o + r) * chunk + k) * type.bytes();
          new Brgemm(type, Math.min(OUT, m - r), n, depth, chunk, in, ldc, further)
              .run(a, b, c + 4L * r * ldc);
        }
        further = true;
        k += depth;
      }
    }
  }

  private void addTile(long tile, int o, int m, int i, long gradient) {
    int n = Math.min(across(), in - i);
    for (int r = 0; r < m; r++) {
      long from = tile + 4L * r * IN;
      long to = gradient + 2 * ((long) (o + r) * in + i);
      Vectors.addNarrow(from, n, to);
    }
  }
}
