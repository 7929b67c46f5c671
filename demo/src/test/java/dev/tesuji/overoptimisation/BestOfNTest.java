package dev.tesuji.overoptimisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import org.junit.jupiter.api.Test;

class BestOfNTest {
  private static final double[] PROXY = {3, 1, 4, 2};
  private static final double[] GOLD = {10, 20, 0, 50};

  @Test
  void theDivergenceIsThatOfThePaper() {
    assertThat(BestOfN.kl(1)).isZero();
    assertThat(BestOfN.kl(2)).isCloseTo(0.193147, within(1e-6)); // ln 2 - 1/2
    assertThat(BestOfN.kl(64)).isCloseTo(3.174508, within(1e-6)); // 4.158883 - 63/64
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> BestOfN.kl(0))
        .withMessage("n must be at least 1, got 0");
  }

  @Test
  void itIsTheMeanOverAllSubsets() {
    // By rising proxy the gold is 20, 50, 10, 0. Of six pairs the third wins two, the last three.
    assertThat(BestOfN.expected(PROXY, GOLD, 1)).isCloseTo(20, within(1e-12));
    assertThat(BestOfN.expected(PROXY, GOLD, 2)).isCloseTo((50 + 2 * 10) / 6.0, within(1e-12));
    assertThat(BestOfN.expected(PROXY, GOLD, 3)).isCloseTo(10 / 4.0, within(1e-12));
    assertThat(BestOfN.expected(PROXY, GOLD, 4)).isCloseTo(0, within(1e-12));
    assertThat(BestOfN.expected(PROXY, PROXY, 2)).isCloseTo((2 + 6 + 12) / 6.0, within(1e-12));
  }

  @Test
  void responsesWithTheSameScoreAreTakenAlikeOften() {
    double[] tied = {1, 2, 2};
    double[] gold = {0, 6, 12};
    assertThat(BestOfN.expected(tied, gold, 3)).isCloseTo(9, within(1e-12));
    assertThat(BestOfN.expected(tied, gold, 2)).isCloseTo(9, within(1e-12));
    assertThat(BestOfN.expected(tied, gold, 1)).isCloseTo(6, within(1e-12));
    assertThat(BestOfN.expected(new double[5], new double[] {1, 2, 3, 4, 5}, 4))
        .isCloseTo(3, within(1e-12));
  }

  @Test
  void itAgreesWithDrawingSubsetsAtRandom() {
    int size = 24;
    int n = 5;
    double[] proxy = new double[size];
    double[] gold = new double[size];
    for (int i = 0; i < size; i++) {
      proxy[i] = Rng.uniform(1, i, 0, 0);
      gold[i] = Rng.uniform(1, i, 1, 0) - proxy[i];
    }
    double sum = 0;
    int tries = 40_000;
    for (int t = 0; t < tries; t++) {
      int[] order = Rng.permutation(size, 2, t);
      int best = order[0];
      for (int i = 1; i < n; i++) {
        best = proxy[order[i]] > proxy[best] ? order[i] : best;
      }
      sum += gold[best];
    }
    assertThat(BestOfN.expected(proxy, gold, n)).isCloseTo(sum / tries, within(0.01));
  }

  @Test
  void thereMustBeEnoughResponses() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> BestOfN.expected(PROXY, GOLD, 5))
        .withMessage("n must be from 1 to the 4 responses, got 5");
  }
}
