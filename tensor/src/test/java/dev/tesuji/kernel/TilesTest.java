package dev.tesuji.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class TilesTest {
  private static final long LARGE = 1L << 40;

  @ParameterizedTest
  @CsvSource({"1000, 0", "97, 0", "3, 0", "1000, 1099511627776"})
  void everyRowIsInOneTile(int rows, long weightBytes) {
    AtomicIntegerArray seen = new AtomicIntegerArray(rows);
    Tiles.of(rows, weightBytes)
        .run(tile -> {
          for (int r = tile.from(); r < tile.from() + tile.count(); r++) {
            seen.incrementAndGet(r);
          }
        });
    assertThat(seen.toString()).isEqualTo(new AtomicIntegerArray(ones(rows)).toString());
  }

  private static int[] ones(int n) {
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void rowsAreCutUpWhereTheWeightsFitIntoTheSharedCache() {
    assertThat(Tiles.of(1000, 0).cut()).isTrue();
    assertThat(Tiles.of(1000, LARGE).cut()).isFalse();
    assertThat(Tiles.of(1, 0).cut()).isFalse();
  }

  @Test
  void partialSumsDoNotCrossTiles() {
    for (int rows = 1; rows < 300; rows++) {
      Tiles tiles = Tiles.summed(rows, 0);
      assertThat(!tiles.cut() || tiles.each() % Tiles.SUMMED == 0).as("%d rows", rows).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Dtype.class,
      names = {"FLOAT32", "BFLOAT16"})
  void tilesGiveTheBitsOfTheWhole(Dtype type) {
    assumeThat(Kernels.available(type)).as("kernels for " + type).isTrue();
    int rows = 205;
    int in = 48;
    int out = 80;
    try (Scope _ = Scope.open()) {
      Tensor x = numbers(rows, in, 1).to(type);
      Panels w = Panels.transposed(numbers(out, in, 2).to(type), type);
      Tensor whole = Tensor.empty(Dtype.FLOAT32, rows, out);
      Tensor cut = Tensor.empty(Dtype.FLOAT32, rows, out);
      MatrixProduct.run(Raw.address(x), rows, w, Raw.address(whole), false);
      Tiles.Place from = Tiles.in(x);
      Tiles.Place to = Tiles.in(cut);
      Tiles.of(rows, 0).run(t -> MatrixProduct.run(from.of(t), t.count(), w, to.of(t), false));
      assertThat(cut.toFloats()).isEqualTo(whole.toFloats());

      Tensor once = Tensor.zeros(Dtype.FLOAT32, out, in);
      Tensor dy = numbers(rows, out, 3).to(type);
      WeightGradient.add(type, dy, x, rows, once);
      Tensor inTiles = Tensor.zeros(Dtype.FLOAT32, out, in);
      WeightGradient gradient = new WeightGradient(type, rows, inTiles);
      Tiles.Place outputs = Tiles.in(dy);
      Tiles.summed(rows, 0)
          .run(t -> {
            gradient.outputs(outputs.of(t), type, t.from(), t.count());
            gradient.inputs(from.of(t), type, t.from(), t.count());
          });
      WeightGradient.addAll(List.of(gradient));
      assertThat(inTiles.toFloats()).isEqualTo(once.toFloats());
    }
  }

  private static Tensor numbers(int rows, int columns, int seed) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = Rng.below(2001, seed, i, 0, 0) / 1000f - 1;
    }
    return Tensor.of(values, rows, columns);
  }
}
