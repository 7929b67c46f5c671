package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Products of bytes against the same written out number by number.
@ExtendWith(LeakCheck.class)
class EightBitPanelsTest {
  @BeforeEach
  void kernels() {
    assumeThat(EightBitPanels.available()).as("kernels for bytes").isTrue();
  }

  private static float[] numbers(int n, long seed) {
    float[] x = new float[n];
    Rng.fillNormal(x, 1, seed, 0);
    return x;
  }

  private static EightBitPanels panels(Tensor w) {
    return EightBitPanels.of(
        w, Tensor.empty(Dtype.UINT8, EightBitPanels.bytes(w.size(1), w.size(0))));
  }

  /// Rounds to 255 steps up to the largest magnitude.
  private static int[] rounded(float[] x, int from, int n, float[] scale) {
    float most = 0;
    for (int i = from; i < from + n; i++) {
      most = Math.max(most, Math.abs(x[i]));
    }
    scale[0] = most / 127;
    float inverse = scale[0] == 0 ? 0 : 1 / scale[0];
    int[] q = new int[n];
    for (int i = 0; i < n; i++) {
      q[i] = (int) Math.rint(x[from + i] * inverse);
    }
    return q;
  }

  private static float[] product(Panels b, float[] x, int rows, boolean add) {
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.of(x, x.length);
      Tensor c = Tensor.empty(Dtype.FLOAT32, rows, b.width());
      c.fill_(0.375f);
      MatrixProduct.run(Raw.address(a), rows, b, Raw.address(c), add);
      return c.toFloats();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void sumsOfWholeNumbersAreExact(Dtype stored) {
    int depth = 80;
    int width = 70; // a whole panel and a ragged one
    int rows = 300;
    try (Scope _ = Scope.open()) {
      Tensor w = Tensor.of(numbers(width * depth, 3), width, depth).to(stored);
      float[] weights = w.to(Dtype.FLOAT32).toFloats();
      float[] x = numbers(rows * depth, 4);
      Arrays.fill(x, depth, 2 * depth, 0); // a row of nothing
      EightBitPanels b = panels(w);
      float[] y = product(b, x, rows, false);
      float[] added = product(b, x, rows, true);
      float[] of = new float[1];
      for (int r = 0; r < rows; r++) {
        int[] p = rounded(x, r * depth, depth, of);
        float step = of[0];
        for (int o = 0; o < width; o++) {
          int[] q = rounded(weights, o * depth, depth, of);
          int sum = 0;
          for (int k = 0; k < depth; k++) {
            sum += p[k] * q[k];
          }
          assertThat(y[r * width + o]).as("%d, %d", r, o).isEqualTo(sum * (of[0] * step));
          assertThat(added[r * width + o]).isEqualTo(0.375f + y[r * width + o]);
        }
      }
    }
  }

  @Test
  void aRowHasTheSameBitsHoweverManyStandBesideIt() {
    int depth = 2304;
    int width = 160;
    try (Scope _ = Scope.open()) {
      EightBitPanels b = panels(Tensor.of(numbers(width * depth, 5), width, depth));
      float[] x = numbers(64 * depth, 6);
      float[] all = product(b, x, 64, false);
      for (int rows : new int[] {1, 8, 33}) {
        assertThat(product(b, x, rows, false)).isEqualTo(Arrays.copyOf(all, rows * width));
      }
    }
  }

  @Test
  void theErrorIsThatOfEightBits() {
    int depth = 512;
    int width = 64;
    try (Scope _ = Scope.open()) {
      Tensor w = Tensor.of(numbers(width * depth, 7), width, depth);
      float[] x = numbers(8 * depth, 8);
      float[] exact = product(Panels.transposed(w, Dtype.FLOAT32), x, 8, false);
      float[] near = product(panels(w), x, 8, false);
      double off = 0;
      double size = 0;
      for (int i = 0; i < exact.length; i++) {
        off += Math.pow(near[i] - exact[i], 2);
        size += Math.pow(exact[i], 2);
      }
      // Both factors reach to some 3.3 deviations: steps of 3.3 / 127, errors of a step / √12 each.
      assertThat(Math.sqrt(off / size)).isBetween(0.007, 0.014);
    }
  }
}
