package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;

/// a = silu(g) ⊙ u with g and u side by side in a row, and the backward pass:
///
/// ```
/// dg = da ⊙ u ⊙ (σ(g) + silu(g) (1 - σ(g)))        du = da ⊙ silu(g)
/// ```
public final class SwiGlu {
  private static final int GRAIN = 4;

  private SwiGlu() {}

  /// Computes a from float32 rows and, for the backward pass, keeps g and u in bfloat16.
  ///
  /// @param both `[rows, 2 width]` float32
  /// @param out `[rows, width]` of a type
  /// @param kept `[rows, 2 width]` bfloat16; 0 to keep nothing
  public static void forward(long both, int rows, int width, long out, Dtype type, long kept) {
    run(
        rows,
        width,
        (r, sigmoids) -> {
          long g = both + 8L * r * width;
          LayerLoops.sigmoids(g, width, sigmoids);
          if (type == Dtype.FLOAT32) {
            LayerLoops.gate(g, sigmoids, width, out + 4L * r * width);
          } else {
            LayerLoops.gateNarrow(g, sigmoids, width, out + 2L * r * width);
          }
          if (kept != 0) {
            Vectors.narrow(g, 2 * width, kept + 4L * r * width);
          }
        });
  }

  private interface Row {
    /// Does a row.
    ///
    /// @param scratch memory for float32 `[4, width]`
    void row(int r, long scratch);
  }

  /// Does rows over all cores. A row takes several passes, σ(g) first: the compiler makes short
  /// loops of vectors fast, and gives up on long ones.
  private static void run(int rows, int width, Row work) {
    KernelThreadPool.ranges(
        rows,
        GRAIN,
        (from, to) -> {
          long scratch = Scratch.of(16L * width);
          for (int r = from; r < to; r++) {
            work.row(r, scratch);
          }
        });
  }

  /// Takes the gradient back.
  ///
  /// @param type of everything but `da`
  /// @param both g and u, `[rows, 2 width]`; overwritten by dg and du
  /// @param da `[rows, width]` float32
  /// @param out takes a again, `[rows, width]`
  public static void backward(Dtype type, long both, long da, int rows, int width, long out) {
    run(
        rows,
        width,
        (r, scratch) -> {
          long at = (long) type.bytes() * r * width;
          long g = both + 2 * at;
          long d = da + 4L * r * width;
          if (type == Dtype.FLOAT32) {
            LayerLoops.sigmoids(g, width, scratch);
            LayerLoops.gateBackward(g, scratch, d, width, out + at);
          } else {
            backwardNarrow(g, scratch, d, width, out + at);
          }
        });
  }

  private static void backwardNarrow(long g, long scratch, long da, int width, long out) {
    long sigmoids = scratch;
    long wide = sigmoids + 4L * width;
    long active = wide + 8L * width;
    Vectors.widen(g, 2 * width, wide);
    LayerLoops.sigmoids(wide, width, sigmoids);
    LayerLoops.gateBackward(wide, sigmoids, da, width, active);
    Vectors.narrow(wide, 2 * width, g);
    Vectors.narrow(active, width, out);
  }
}
