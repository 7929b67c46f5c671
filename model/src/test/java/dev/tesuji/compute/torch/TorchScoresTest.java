package dev.tesuji.compute.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.ModelConfig.AttentionConfig.Scores;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Holds windows and caps to sums that are done by hand, and blocks of queries to whole ones.
@ExtendWith(LeakCheck.class)
class TorchScoresTest {
  private static Tensor row(float... values) {
    return Tensor.of(values, 1, 1, values.length, 1);
  }

  @Test
  void aWindowOfTwoShowsATokenItselfAndTheOneBefore() {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor q = row(0, 0, 0, 0); // all scores are 0, so that what is seen counts alike
      Tensor v = row(1, 2, 4, 8);
      float[] got = new TorchScores(new Scores(1, 0), 2).whole(q, q, v).toFloats();
      assertThat(got).containsExactly(new float[] {1, 1.5f, 3, 6}, within(1e-6f));
      float[] all = new TorchScores(new Scores(1, 0), 0).whole(q, q, v).toFloats();
      assertThat(all).containsExactly(new float[] {1, 1.5f, 7 / 3f, 3.75f}, within(1e-6f));
    }
  }

  @Test
  void aCappedScoreIsTheCapTimesItsTanh() {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor q = row(1, 1);
      Tensor k = row(0, 3);
      Tensor v = row(0, 1);
      float[] got = new TorchScores(new Scores(2, 4), 0).whole(q, k, v).toFloats();
      // The second token's scores are 0 and 4 tanh(2 · 3 / 4) = 3.620593.
      double weight = 1 / (1 + Math.exp(-3.620593));
      assertThat(got).containsExactly(new float[] {0, (float) weight}, within(1e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "300, 0", "300, 3", "1, 0", "511, 0", "512, 0", "513, 3", "1100, 3"})
  void blocksOfQueriesGiveWhatOneOfAllGives(int window, double cap) {
    int length = 1100; // three blocks, the last one shorter
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Tensor q = random(1, length);
      Tensor k = random(2, length);
      Tensor v = random(3, length);
      Scores scores = new Scores(0.5, cap);
      float[] mask = new float[length * length];
      for (int t = 0; t < length; t++) {
        for (int s = 0; s < length; s++) {
          boolean seen = s <= t && (window == 0 || t - s < window);
          mask[t * length + s] = seen ? 0 : Float.NEGATIVE_INFINITY;
        }
      }
      TorchScores windowed = new TorchScores(scores, window);
      float[] want = windowed.masked(q, k, v, Tensor.of(mask, length, length)).toFloats();
      assertThat(windowed.whole(q, k, v).toFloats()).containsExactly(want, within(1e-5f));
    }
  }

  private static Tensor random(long seed, int length) {
    float[] values = new float[2 * length * 4];
    Rng.fillNormal(values, 1, seed, 0);
    return Tensor.of(values, 1, 2, length, 4);
  }
}
