package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Products against sums written out, at dimensions that are and are not whole blocks.
@ExtendWith(LeakCheck.class)
class ProductsTest {
  private static final String SHAPES =
      """
      1, 16, 16, FLOAT32
      33, 48, 70, FLOAT32
      300, 16, 130, FLOAT32
      7, 2064, 65, FLOAT32
      1, 16, 16, BFLOAT16
      33, 48, 70, BFLOAT16
      300, 16, 130, BFLOAT16
      7, 2064, 65, BFLOAT16
      """;

  /// Small whole numbers: their products and sums are exact in every type.
  private static float[] numbers(int n, int seed) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Rng.below(7, seed, i, 0, 0) - 3;
    }
    return values;
  }

  private static Tensor typed(float[] values, Dtype type, long... shape) {
    return Tensor.of(values, shape).to(type);
  }

  @ParameterizedTest
  @CsvSource(textBlock = SHAPES)
  void outputsAreInputsTimesTheTransposedWeight(int m, int k, int n, Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    float[] x = numbers(m * k, 1);
    float[] w = numbers(n * k, 2);
    float[] expected = new float[m * n];
    for (int r = 0; r < m; r++) {
      for (int c = 0; c < n; c++) {
        for (int i = 0; i < k; i++) {
          expected[r * n + c] += x[r * k + i] * w[c * k + i];
        }
      }
    }
    try (Scope _ = Scope.open()) {
      Tensor a = typed(x, type, m, k);
      Panels inPlace = Panels.transposed(typed(w, type, n, k), type);
      Tensor memory = Tensor.empty(type, Panels.Packed.elements(inPlace));
      for (Panels b : new Panels[] {inPlace, Panels.Packed.of(inPlace, memory)}) {
        Tensor y = Tensor.zeros(Dtype.FLOAT32, m, n);
        MatrixProduct.run(Raw.address(a), m, b, Raw.address(y), false);
        assertThat(y.toFloats()).containsExactly(expected);
        MatrixProduct.run(Raw.address(a), m, b, Raw.address(y), true);
        assertThat(y.toFloats()[m * n - 1]).isEqualTo(2 * expected[m * n - 1]);
      }
      Tensor wide = Tensor.of(w, n, k);
      Tensor y = Tensor.empty(Dtype.FLOAT32, m, n);
      MatrixProduct.run(Raw.address(a), m, Panels.transposed(wide, type), Raw.address(y), false);
      assertThat(y.toFloats()).as("weights kept in float32").containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = SHAPES)
  void gradientsAtInputsAreThoseAtOutputsTimesTheWeight(int m, int in, int out, Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    int even = out + out % 2; // a product's depth is whole pairs
    float[] dy = numbers(m * even, 3);
    float[] w = numbers(even * in, 4);
    float[] expected = new float[m * in];
    for (int r = 0; r < m; r++) {
      for (int o = 0; o < even; o++) {
        for (int i = 0; i < in; i++) {
          expected[r * in + i] += dy[r * even + o] * w[o * in + i];
        }
      }
    }
    try (Scope _ = Scope.open()) {
      Tensor dx = Tensor.empty(Dtype.FLOAT32, m, in);
      Tensor a = typed(dy, type, m, even);
      Panels b = Panels.plain(typed(w, type, even, in), type);
      MatrixProduct.run(Raw.address(a), m, b, Raw.address(dx), false);
      assertThat(dx.toFloats()).containsExactly(expected);
    }
  }

  /// On a machine without products in bfloat16, its weights are widened on their way.
  @ParameterizedTest
  @CsvSource({"1, 16, 16", "33, 48, 70", "40, 2064, 65", "5, 17, 33"})
  void narrowWeightsAreMultipliedAsWidenedOnes(int m, int depth, int width) {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.of(numbers(m * depth, 7), m, depth);
      float[] some = new float[width * depth];
      Rng.fillNormal(some, 1, 8, 0); // all bits of a bfloat16
      Tensor outIn = Tensor.of(some, width, depth).to(Dtype.BFLOAT16);
      Tensor inOut = Tensor.of(some, depth, width).to(Dtype.BFLOAT16);
      assertSameProduct(
          a,
          m,
          Panels.transposed(outIn, Dtype.FLOAT32),
          Panels.transposed(wide(outIn), Dtype.FLOAT32));
      assertSameProduct(
          a, m, Panels.plain(inOut, Dtype.FLOAT32), Panels.plain(wide(inOut), Dtype.FLOAT32));
    }
  }

  private static Tensor wide(Tensor narrow) {
    return narrow.to(Dtype.FLOAT32);
  }

  private static void assertSameProduct(Tensor a, int m, Panels narrow, Panels wide) {
    Tensor y = Tensor.empty(Dtype.FLOAT32, m, wide.width());
    MatrixProduct.run(Raw.address(a), m, wide, Raw.address(y), false);
    float[] expected = y.toFloats();
    Tensor memory = Tensor.empty(Dtype.FLOAT32, Panels.Packed.elements(narrow));
    for (Panels b : new Panels[] {narrow, Panels.Packed.of(narrow, memory)}) {
      MatrixProduct.run(Raw.address(a), m, b, Raw.address(y), false);
      assertThat(y.toFloats()).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = SHAPES)
  void gradientsAtWeightsAreAdded(int rows, int in, int out, Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    float[] dy = numbers(rows * out, 5);
    float[] x = numbers(rows * in, 6);
    float[] expected = new float[out * in];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        expected[o * in + i] = 1;
        for (int r = 0; r < rows; r++) {
          expected[o * in + i] += dy[r * out + o] * x[r * in + i];
        }
      }
    }
    try (Scope _ = Scope.open()) {
      Tensor gradient = Tensor.ones(Dtype.FLOAT32, out, in);
      Tensor left = typed(dy, type, rows, out);
      WeightGradient.add(type, left, typed(x, type, rows, in), rows, gradient);
      assertThat(gradient.toFloats()).containsExactly(expected);
      if (type == Dtype.BFLOAT16) {
        Tensor narrow = Tensor.ones(type, out, in);
        WeightGradient.add(type, left, Tensor.of(x, rows, in), rows, narrow);
        assertThat(narrow.toFloats()).isEqualTo(Tensor.of(expected).to(type).toFloats());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"FLOAT32", "BFLOAT16"})
  void productsThatShareRowsOutAreThoseOfEachAlone(Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    int out = 6;
    int in = 5;
    int[] ends = {3, 3, 303, 336, 337};
    int rows = ends[ends.length - 1];
    try (Scope _ = Scope.open()) {
      Tensor dy = Tensor.of(numbers(rows * out, 7), rows, out);
      Tensor x = Tensor.of(numbers(rows * in, 8), rows, in);
      Tensor together = Tensor.ones(Dtype.FLOAT32, (long) ends.length * out, in);
      Tensor alone = Tensor.ones(Dtype.FLOAT32, (long) ends.length * out, in);
      List<@Nullable WeightGradient> sharing = WeightGradient.sharing(type, ends, together);
      List<WeightGradient> products = new ArrayList<>();
      for (int p = 0; p < ends.length; p++) {
        int from = p == 0 ? 0 : ends[p - 1];
        int count = ends[p] - from;
        WeightGradient product = sharing.get(p);
        assertThat(product == null).isEqualTo(count == 0);
        if (product != null) {
          Tensor left = dy.narrow(0, from, count);
          Tensor right = x.narrow(0, from, count);
          product.outputs(Raw.address(left), Dtype.FLOAT32, 0, count);
          product.inputs(Raw.address(right), Dtype.FLOAT32, 0, count);
          products.add(product);
          WeightGradient.add(type, left, right, count, alone.narrow(0, (long) p * out, out));
        }
      }
      WeightGradient.addAll(products);
      assertThat(together.toFloats()).isEqualTo(alone.toFloats());
    }
  }
}
