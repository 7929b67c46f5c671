package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.TokenMath;
import dev.tesuji.compute.TokenScores;
import dev.tesuji.compute.torch.TorchTokenMath;
import dev.tesuji.kernel.CategoricalSampler.Drawn;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the arithmetic of tokens to numbers worked out by hand: what this machine has, and
/// libtorch's.
@ExtendWith(LeakCheck.class)
class TokenMathsTest {
  private static final float THIRD = (float) Math.log(3);

  static Stream<TokenMath> all() {
    return Stream.of(TokenMaths.on(Device.CPU), new TorchTokenMath());
  }

  @ParameterizedTest
  @MethodSource("all")
  void scoresAreLogProbabilitiesAndEntropies(TokenMath math) {
    // π = (1/4, 3/4) in both rows; H = ln 4 - 3/4 ln 3.
    TokenScores scores = math.score(logits(), Tensor.of(new int[] {0, 1}), 1);
    assertThat(scores.logProbs().toFloats())
        .containsExactly(
            new float[] {(float) Math.log(0.25), (float) Math.log(0.75)}, within(1e-6f));
    float entropy = (float) (Math.log(4) - 0.75 * Math.log(3));
    assertThat(scores.entropies().toFloats())
        .containsExactly(new float[] {entropy, entropy}, within(1e-6f));
    // ∂ log π(y) / ∂ l[v] = [v = y] - π(v)
    assertThat(scores.gradient(Tensor.of(new float[] {1, 2})).toFloats())
        .containsExactly(new float[] {0.75f, -0.75f, -0.5f, 0.5f}, within(1e-6f));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTokenIsTheFirstWhoseCumulativeProbabilityExceedsTheNumber(TokenMath math) {
    Drawn drawn = math.draw(logits(), 1, new double[] {0.2, 0.3});
    assertThat(drawn.tokens()).containsExactly(0, 1);
    assertThat(drawn.logProbs())
        .containsExactly(
            new float[] {(float) Math.log(0.25), (float) Math.log(0.75)}, within(1e-6f));
    // At temperature 1/2 the odds are squared: π = (1/10, 9/10).
    assertThat(math.draw(logits(), 0.5, new double[] {0.05, 0.2}).tokens()).containsExactly(0, 1);
    Tensor dropped =
        Tensor.of(new float[] {Float.NEGATIVE_INFINITY, 0, 0, Float.NEGATIVE_INFINITY}, 2, 2);
    assertThat(math.drawFrom(dropped, new double[] {1e-9, 1 - 1e-9}).tokens())
        .containsExactly(1, 0);
  }

  @ParameterizedTest
  @MethodSource("all")
  void tokensThatAreNotKeptAreNeverDrawn(TokenMath math) {
    int vocabulary = 150; // two whole words of bits, and 22 more
    float[] all = new float[vocabulary];
    Arrays.fill(all, 5);
    Tensor logits = Tensor.of(all, 1, vocabulary);
    long[] kept = new long[3];
    for (int id : new int[] {3, 64, 127, 149}) {
      kept[id / 64] |= 1L << id;
    }
    math.keep(logits.select(0, 0), kept);
    float[] left = logits.toFloats();
    for (int id = 0; id < vocabulary; id++) {
      boolean may = Set.of(3, 64, 127, 149).contains(id);
      assertThat(left[id]).isEqualTo(may ? 5 : Float.NEGATIVE_INFINITY);
    }
    // Each of the four has a quarter.
    for (int i = 0; i < 4; i++) {
      Drawn drawn = math.draw(logits.copy(), 1, new double[] {0.25 * i + 0.1});
      assertThat(drawn.tokens()).containsExactly(new int[] {3, 64, 127, 149}[i]);
      assertThat(drawn.logProbs()[0]).isCloseTo((float) Math.log(0.25), within(1e-6f));
    }
  }

  private static Tensor logits() {
    return Tensor.of(new float[] {0, THIRD, 0, THIRD}, 2, 2);
  }

  @ParameterizedTest
  @MethodSource("all")
  void rowsAreGatheredAndTheirGradientsAddedUp(TokenMath math) {
    for (int width : new int[] {16, 3}) { // kernels take whole vectors only
      float[] values = new float[3 * width];
      for (int i = 0; i < values.length; i++) {
        values[i] = i / width + 1;
      }
      Tensor rows = Tensor.of(values, 3, width);
      Tensor taken = math.gather(rows, new int[] {2, 0, 2});
      assertThat(column(taken, width)).containsExactly(3, 1, 3);
      Tensor sums = math.spread(rows, new int[] {1, 3, 1}, 4);
      assertThat(column(sums, width)).containsExactly(0, 4, 0, 2);
    }
  }

  /// Returns the last number of each row.
  private static float[] column(Tensor rows, int width) {
    return rows.narrow(1, width - 1, 1).contiguous().toFloats();
  }
}
