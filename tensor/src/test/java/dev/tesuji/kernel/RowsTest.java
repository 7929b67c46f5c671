package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class RowsTest {
  private static final int WIDTH = 16;

  /// Rows that hold one number each.
  private static Tensor rows(float... numbers) {
    float[] values = new float[numbers.length * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers[i / WIDTH];
    }
    return Tensor.of(values, numbers.length, WIDTH);
  }

  @Test
  void rowsThatGoToOnePlaceAreAddedUpAndOtherPlacesAreZero() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    try (Scope _ = Scope.open()) {
      Tensor from = rows(1, 2, 4, 8);
      Tensor to = rows(9, 9, 9, 9);
      Rows.sums(Raw.address(from), new int[] {2, 0, 2, 3}, WIDTH, 4, Raw.address(to));
      assertThat(to.toFloats()).containsExactly(rows(2, 0, 5, 8).toFloats());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"FLOAT32", "BFLOAT16"})
  void rowsAreAddedToThePlacesOfATableWhereTheyGo(Dtype stored) {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    try (Scope _ = Scope.open()) {
      Tensor from = rows(1, 2, 4, 8);
      Tensor table = rows(16, 32, 64).to(stored);
      Rows.add(Raw.address(from), new int[] {2, 0, 2, 2}, table, 3);
      assertThat(table.to(Dtype.FLOAT32).toFloats()).containsExactly(rows(18, 32, 77).toFloats());
    }
  }

  @Test
  void partialSumsAddUpToTheSumOfAllRows() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    int n = 2 * Tiles.SUMMED + 5;
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = i;
    }
    try (Scope _ = Scope.open()) {
      long from = Raw.address(rows(numbers));
      long partial = Raw.address(Tensor.zeros(Dtype.FLOAT32, 3, WIDTH));
      int half = Tiles.SUMMED;
      Rows.addParts(from, 0, half, WIDTH, partial);
      Rows.addParts(from + 4L * half * WIDTH, half, n - half, WIDTH, partial);
      Tensor sum = rows(1);
      Rows.sumParts(partial, n, WIDTH, Raw.address(sum));
      assertThat(sum.toFloats()).containsOnly(1 + n * (n - 1) / 2f);
    }
  }
}
