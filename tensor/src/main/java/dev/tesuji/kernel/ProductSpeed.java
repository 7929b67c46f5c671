package dev.tesuji.kernel;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;

/// How fast this machine multiplies, measured.
public final class ProductSpeed {
  private static final int SIZE = 512;
  private static final int RUNS = 60; // the first of which Java has not compiled yet

  private ProductSpeed() {}

  /// Measures how fast all cores together read memory that no cache holds.
  ///
  /// @return bytes per second, the best of several runs
  public static double bandwidth() {
    int parts = 64;
    long each = 4L << 20;
    try (Scope _ = Scope.open()) {
      long memory = Raw.address(Tensor.zeros(Dtype.UINT8, parts * each));
      float[] sums = new float[parts];
      long best = Long.MAX_VALUE;
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        KernelThreadPool.run(
            parts, (p, _) -> sums[p] = Vectors.max(memory + p * each, (int) (each / 4)));
        best = Math.min(best, System.nanoTime() - start);
      }
      return 1e9 * parts * each / best;
    }
  }

  /// Measures the product of two matrices of middling size, a few milliseconds long.
  ///
  /// @return floating-point operations per second, the best of several runs; 0 where there is no
  ///   kernel for the type
  public static double measure(Dtype type) {
    if (!Kernels.available(type)) {
      return 0;
    }
    try (Scope _ = Scope.open()) {
      Tensor x = Tensor.zeros(type, SIZE, SIZE);
      Panels plain = Panels.transposed(Tensor.zeros(type, SIZE, SIZE), type);
      Panels w = Panels.Packed.of(plain, Tensor.empty(type, Panels.Packed.elements(plain)));
      Tensor y = Tensor.empty(Dtype.FLOAT32, SIZE, SIZE);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < RUNS; i++) {
        long start = System.nanoTime();
        MatrixProduct.run(Raw.address(x), SIZE, w, Raw.address(y), false);
        best = Math.min(best, System.nanoTime() - start);
      }
      return 2e9 * SIZE * SIZE * SIZE / best;
    }
  }
}
