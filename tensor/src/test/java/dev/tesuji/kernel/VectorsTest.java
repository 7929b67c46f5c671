package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Loops and threads against the same in plain Java, with and without a tail.
@ExtendWith(LeakCheck.class)
class VectorsTest {
  @BeforeEach
  void canRunKernels() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
  }

  private static float[] numbers(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (8 * Rng.uniform(1, i, 0, 0) - 4);
    }
    return values;
  }

  @Test
  void exponentialsAreWithinTwoUnitsOfTheLastPlace() {
    try (Scope _ = Scope.open()) {
      int n = 200_003;
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = -87 + 175 * (float) i / n;
      }
      Tensor t = Tensor.of(x);
      Vectors.exp(Raw.address(t), n, 0, 1);
      float[] e = t.toFloats();
      for (int i = 0; i < n; i++) {
        double exact = Math.exp(x[i]);
        assertThat(e[i]).isCloseTo((float) exact, within(2 * Math.ulp((float) exact)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 40, 4096})
  void squaresAreSummedByEverySixteenth(int n) {
    float[] x = numbers(n + 3); // what is behind them does not count
    float[] sums = new float[16];
    for (int i = 0; i < n; i++) {
      sums[i % 16] += x[i] * x[i];
    }
    float all = 0;
    for (float sum : sums) {
      all += sum;
    }
    assertThat(Lanes.squares(x, n)).isEqualTo(all);
  }

  @Test
  void whatIsTooSmallForAFloatIsNothing() {
    try (Scope _ = Scope.open()) {
      Tensor t = Tensor.of(new float[] {-100, Float.NEGATIVE_INFINITY, 0, -87});
      float sum = Vectors.exp(Raw.address(t), 4, 0, 1);
      assertThat(t.toFloats()).startsWith(0, 0, 1);
      assertThat(sum).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 50})
  void reductionsAreThoseOfPlainLoops(int n) {
    float[] x = numbers(n);
    double dot = 0;
    double sum = 0;
    double weighted = 0;
    float max = Float.NEGATIVE_INFINITY;
    for (float v : x) {
      dot += (double) v * v;
      max = Math.max(max, v);
    }
    for (float v : x) {
      double y = (v - max) * 0.5;
      sum += Math.exp(y);
      weighted += Math.exp(y) * y;
    }
    try (Scope _ = Scope.open()) {
      Tensor t = Tensor.of(x);
      long at = Raw.address(t);
      assertThat(Vectors.max(at, n)).isEqualTo(max);
      assertThat(Vectors.dot(at, at, n)).isCloseTo((float) dot, within(1e-4f));
      long bits = Vectors.expWeighted(at, n, max, 0.5f);
      assertThat(Float.intBitsToFloat((int) (bits >>> 32))).isCloseTo((float) sum, within(1e-5f));
      assertThat(Float.intBitsToFloat((int) bits)).isCloseTo((float) weighted, within(1e-5f));
    }
  }

  @Test
  void narrowingRoundsToNearestAsLibtorchDoes() {
    try (Scope _ = Scope.open()) {
      float[] x = numbers(1003);
      x[7] = 1 + 1f / 256; // a tie
      Tensor wide = Tensor.of(x);
      Tensor narrow = Tensor.empty(Dtype.BFLOAT16, x.length);
      Vectors.narrow(Raw.address(wide), x.length, Raw.address(narrow));
      assertThat(narrow.toFloats()).containsExactly(wide.to(Dtype.BFLOAT16).toFloats());
      Tensor back = Tensor.empty(Dtype.FLOAT32, x.length);
      Vectors.widen(Raw.address(narrow), x.length, Raw.address(back));
      assertThat(back.toFloats()).containsExactly(narrow.toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 37})
  void transposesOfAllSizes(int rows) {
    try (Scope _ = Scope.open()) {
      int columns = 21;
      Tensor x = Tensor.of(numbers(rows * columns), rows, columns);
      Tensor y = Tensor.empty(Dtype.FLOAT32, columns, rows);
      Transpose.floats(Raw.address(x), columns, Raw.address(y), rows, rows, columns);
      assertThat(y.toFloats()).containsExactly(x.transpose(0, 1).contiguous().toFloats());
    }
  }

  @Test
  void everyItemIsDoneOnceAlsoWhenCalledFromWithin() {
    int[] done = new int[1000];
    AtomicInteger within = new AtomicInteger();
    for (int round = 0; round < 200; round++) {
      KernelThreadPool.run(
          done.length,
          (i, slot) -> {
            assertThat(slot).isBetween(0, KernelThreadPool.slots() - 1);
            done[i]++;
            if (i % 500 == 0) {
              KernelThreadPool.run(3, (_, _) -> within.incrementAndGet());
            }
          });
    }
    assertThat(done).containsOnly(200);
    assertThat(within).hasValue(200 * 2 * 3);
  }

  @Test
  void aFailureReachesTheCaller() {
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            KernelThreadPool.run(
                100,
                (i, _) -> {
                  if (i == 57) {
                    throw new IllegalArgumentException("item 57");
                  }
                }))
        .hasStackTraceContaining("item 57");
    int[] done = new int[100];
    KernelThreadPool.run(100, (i, _) -> done[i]++);
    assertThat(done).containsOnly(1);
  }

  @Test
  void drawsAreThoseOfTheInverseTransform() {
    try (Scope _ = Scope.open()) {
      // Probabilities 0.1, 0.2, 0.3, 0.4 at temperature 1/2 of halved logs.
      float[] row = new float[4];
      for (int v = 0; v < 4; v++) {
        row[v] = (float) (0.5 * Math.log(0.1 * (v + 1)));
      }
      double[] uniforms = {0.05, 0.15, 0.29, 0.31, 0.59, 0.61, 0.999999};
      Tensor logits = Tensor.of(row, 1, 4).expand(uniforms.length, 4).copy();
      CategoricalSampler.Drawn drawn =
          CategoricalSampler.run(Raw.address(logits), 4, 0.5, uniforms);
      assertThat(drawn.tokens()).containsExactly(0, 1, 1, 2, 2, 3, 3);
      assertThat(drawn.logProbs()[0]).isCloseTo((float) Math.log(0.1), within(1e-6f));
      assertThat(drawn.logProbs()[6]).isCloseTo((float) Math.log(0.4), within(1e-6f));
    }
  }
}
