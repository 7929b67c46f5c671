package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import java.util.Arrays;

/// Rows of tokens on their way to experts and back: copied to whoever reads them, and what comes
/// back added up. Widths are multiples of sixteen.
public final class ExpertRows {
  private static final int GRAIN = 32; // rows

  private ExpertRows() {}

  /// Copies rows of a table: row i becomes row `which[i]` of it.
  ///
  /// @param table of a type, `[n, width]`
  public static void copy(long table, Dtype type, int width, int[] which, long to) {
    long bytes = (long) width * type.bytes();
    KernelThreadPool.ranges(
        which.length,
        GRAIN,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            Raw.copy(table + which[r] * bytes, to + r * bytes, bytes);
          }
        });
  }

  /// Copies rows of a float32 table, each times a factor of its own, and rounds them to a type.
  public static void copyScaled(long table, int width, Sending sending, Dtype type, long to) {
    KernelThreadPool.ranges(
        sending.tokens().length,
        GRAIN,
        (from, end) -> {
          for (int r = from; r < end; r++) {
            long row = table + 4L * sending.tokens()[r] * width;
            long out = to + (long) r * width * type.bytes();
            if (type == Dtype.FLOAT32) {
              LayerLoops.scaled(row, width, sending.weights()[r], out);
            } else {
              LayerLoops.scaledNarrow(row, width, sending.weights()[r], out);
            }
          }
        });
  }

  /// Where tokens go: pairs of a token and an expert, sorted by expert.
  ///
  /// @param tokens of each pair
  /// @param weights what the output of each pair counts
  /// @param ends for each expert, the pair behind its last
  /// @param pairs for each token, its pairs one after the other
  /// @param perToken how many pairs a token has
  public record Sending(int[] tokens, float[] weights, int[] ends, int[] pairs, int perToken) {
    /// Sends every token to one expert.
    public static Sending all(float[] weights) {
      int[] each = new int[weights.length];
      Arrays.setAll(each, t -> t);
      return new Sending(each, weights, new int[] {each.length}, each, 1);
    }
  }

  /// Adds to every token's row what came back from its experts.
  ///
  /// @param from float32 `[pairs, width]`
  /// @param weighted whether each counts its weight, else 1
  /// @param to float32 `[tokens, width]`, added to
  public static void add(long from, int width, Sending sending, boolean weighted, long to) {
    int perToken = sending.perToken;
    KernelThreadPool.ranges(
        sending.pairs().length / perToken,
        GRAIN,
        (first, end) -> {
          for (int t = first; t < end; t++) {
            for (int i = t * perToken; i < (t + 1) * perToken; i++) {
              int pair = sending.pairs()[i];
              float weight = weighted ? sending.weights()[pair] : 1;
              LayerLoops.addScaled(from + 4L * pair * width, width, weight, to + 4L * t * width);
            }
          }
        });
  }

  /// Returns the inner products of the rows of two matrices.
  ///
  /// @param a float32 `[rows, width]`
  /// @param b of a type, `[rows, width]`
  public static float[] dots(long a, long b, Dtype type, int rows, int width) {
    float[] dots = new float[rows];
    KernelThreadPool.ranges(
        rows,
        GRAIN,
        (from, end) -> {
          long wide = type == Dtype.FLOAT32 ? 0 : Scratch.of(4L * width);
          for (int r = from; r < end; r++) {
            long other = b + (long) r * width * type.bytes();
            if (wide != 0) {
              Vectors.widen(other, width, wide);
              other = wide;
            }
            dots[r] = Vectors.dot(a + 4L * r * width, other, width);
          }
        });
    return dots;
  }
}
