package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Tensor;

/// y = w ⊙ x · r with r = 1 / sqrt(mean(x²) + ε), row by row, and the backward pass:
///
/// ```
/// dx_j = r · (w_j dy_j - x_j r² · mean(w ⊙ dy ⊙ x))        dw_j = Σ_rows dy_j x_j r
/// ```
///
/// @param weight where w begins, float32 `[width]`
/// @param epsilon ε
public record RmsNorm(long weight, int width, double epsilon) {
  private static final int GRAIN = Tiles.SUMMED; // rows; fixed, since partial sums depend on it

  /// Norms by a float32 weight.
  public static RmsNorm of(Tensor weight, double epsilon) {
    int width = Math.toIntExact(weight.elements());
    return new RmsNorm(Raw.address(weight, Dtype.FLOAT32, width), width, epsilon);
  }

  /// Norms `rows` rows of float32 and writes them in a type.
  public void forward(long x, int rows, long y, Dtype type) {
    KernelThreadPool.ranges(
        rows,
        GRAIN,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            long row = x + 4L * r * width;
            if (type == Dtype.FLOAT32) {
              row(row, y + 4L * r * width);
            } else {
              LayerLoops.normNarrow(row, y + 2L * r * width, weight, width, scale(row));
            }
          }
        });
  }

  /// Norms a row of float32.
  void row(long x, long y) {
    LayerLoops.norm(x, y, weight, width, scale(x));
  }

  private float scale(long x) {
    return (float) (1 / Math.sqrt((double) Vectors.dot(x, x, width) / width + epsilon));
  }

  /// Adds the gradient at x to `dx` and that of the weight to partial sums, one for every [#GRAIN]
  /// rows.
  ///
  /// @param dy float32 `[rows, width]`
  /// @param x what was normed, float32 `[rows, width]`
  /// @param dx float32 `[rows, width]`, added to
  /// @param partial where the first row's sum is, [#partials]
  public void backward(long dy, long x, int rows, long dx, long partial) {
    KernelThreadPool.ranges(
        rows,
        GRAIN,
        (from, to) -> {
          for (int r = from; r < to; r++) {
            long at = 4L * r * width;
            backwardRow(dy + at, x + at, dx + at, partial + partials(r));
          }
        });
  }

  /// Returns where the partial sum of a row begins, in bytes from that of row 0.
  public long partials(int row) {
    return 4L * (row / GRAIN) * width;
  }

  /// Returns the floats that partial sums of some rows take, zeros at first.
  public long partialElements(int rows) {
    return (long) ((rows + GRAIN - 1) / GRAIN) * width;
  }

  /// Adds partial sums up.
  ///
  /// @param dw float32 `[width]`, added to
  public void sumPartials(long partial, int rows, long dw) {
    for (int r = 0; r < rows; r += GRAIN) {
      Vectors.add(partial + partials(r), dw, width);
    }
  }

  /// Takes the gradient of one row back.
  ///
  /// @param dx added to
  /// @param dw added to
  void backwardRow(long dy, long x, long dx, long dw) {
    float r = scale(x);
    float shared = -Vectors.dot(dy, x, weight, width) / width * r * r * r;
    LayerLoops.normBackward(new LayerLoops.NormRow(dy, x, dx, dw, weight), width, r, shared);
  }
}
