package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.kernel.ExpertRows.Sending;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Products of groups against those of each group by itself, and rows by hand.
@ExtendWith(LeakCheck.class)
class GroupedProductTest {
  private static float[] numbers(int n, int seed) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Rng.below(7, seed, i, 0, 0) - 3;
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void groupsAreMultipliedEachByItsOwn(Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    int[] ends = {3, 3, 4, 1100}; // none in the second, more than a range in the last
    int depth = 48;
    int width = 70;
    try (Scope _ = Scope.open()) {
      Tensor a = Tensor.of(numbers(1100 * depth, 1), 1100, depth).to(type);
      Tensor grouped = Tensor.empty(Dtype.FLOAT32, 1100, width);
      Tensor single = Tensor.empty(Dtype.FLOAT32, 1100, width);
      List<Panels> panels = new ArrayList<>();
      int from = 0;
      for (int g = 0; g < ends.length; g++) {
        Tensor w = Tensor.of(numbers(width * depth, 2 + g), width, depth).to(type);
        panels.add(Panels.transposed(w, type));
        long at = Raw.address(a) + (long) from * depth * type.bytes();
        long to = Raw.address(single) + 4L * from * width;
        MatrixProduct.run(at, ends[g] - from, panels.getLast(), to, false);
        from = ends[g];
      }
      GroupedProduct.run(Raw.address(a), ends, panels, Raw.address(grouped));
      assertThat(grouped.toFloats()).isEqualTo(single.toFloats());
    }
  }

  @Test
  void rowsGoToExpertsAndComeBackWeighted() {
    assumeThat(Kernels.available()).as("kernels").isTrue();
    // Expert 0 reads token 1, expert 1 reads tokens 0 and 1; token 0 has a second pair, the last.
    Sending sending =
        new Sending(
            new int[] {1, 0, 1, 0},
            new float[] {2, 0.5f, -1, 4},
            new int[] {1, 3, 4},
            new int[] {1, 3, 0, 2},
            2);
    try (Scope _ = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 3}, 2, 1).expand(2, 16).contiguous();
      Tensor sent = Tensor.empty(Dtype.FLOAT32, 4, 16);
      ExpertRows.copyScaled(Raw.address(x), 16, sending, Dtype.FLOAT32, Raw.address(sent));
      assertThat(column(sent)).containsExactly(6, 0.5f, -3, 4);
      ExpertRows.copy(Raw.address(x), Dtype.FLOAT32, 16, sending.tokens(), Raw.address(sent));
      assertThat(column(sent)).containsExactly(3, 1, 3, 1);
      ExpertRows.add(Raw.address(sent), 16, sending, true, Raw.address(x));
      assertThat(column(x)).containsExactly(1 + 0.5f + 4, 3 + 6 - 3);
      float[] dots = ExpertRows.dots(Raw.address(sent), Raw.address(sent), Dtype.FLOAT32, 4, 16);
      assertThat(dots).containsExactly(16 * 9, 16, 16 * 9, 16);
    }
  }

  private static float[] column(Tensor t) {
    return t.narrow(1, 7, 1).contiguous().toFloats();
  }
}
