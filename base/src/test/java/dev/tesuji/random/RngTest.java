package dev.tesuji.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RngTest {
  /// The known answers that Random123 ships for philox4x32 with 10 rounds.
  @Test
  void philoxGivesThePublishedNumbers() {
    assertThat(Rng.philox(0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    assertThat(Rng.philox(-1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    assertThat(Rng.philox(0x85a308d3_243f6a88L, 0x03707344_13198a2eL, 0x299f31d0_a4093822L))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void everyPartOfTheCounterMatters() {
    long[] bits = {
      Rng.bits(1, 2, 3, 4),
      Rng.bits(2, 2, 3, 4),
      Rng.bits(1, 3, 3, 4),
      Rng.bits(1, 2, 4, 4),
      Rng.bits(1, 2, 3, 5),
      Rng.bits(1L << 40, 2, 3, 4),
      Rng.bits(1, 1L << 40, 3, 4),
      Rng.derive(1, 2)
    };
    assertThat(Arrays.stream(bits).distinct().count()).isEqualTo(bits.length);
  }

  @Test
  void uniformNumbersAreSpreadEvenly() {
    int n = 100_000;
    int[] bins = new int[10];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double u = Rng.uniform(5, i, 0, 0);
      assertThat(u).isBetween(0.0, 1.0);
      sum += u;
      bins[(int) (u * 10)]++;
    }
    assertThat(sum / n).isCloseTo(0.5, within(0.005));
    assertThat(Arrays.stream(bins).min().orElseThrow()).isGreaterThan(9_600);
    assertThat(Arrays.stream(bins).max().orElseThrow()).isLessThan(10_400);
  }

  @Test
  void normalNumbersHaveTheirMeanAndDeviation() {
    float[] x = new float[100_001];
    Rng.fillNormal(x, 0.5, 9, 0);
    double mean = 0;
    double square = 0;
    for (float v : x) {
      mean += v / x.length;
      square += (double) v * v / x.length;
    }
    assertThat(mean).isCloseTo(0, within(0.005));
    assertThat(Math.sqrt(square)).isCloseTo(0.5, within(0.005));
  }

  @Test
  void aPermutationHasEveryNumberOnce() {
    int[] order = Rng.permutation(1000, 3, 1);
    assertThat(order).isNotEqualTo(Rng.permutation(1000, 3, 2));
    Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      assertThat(order[i]).isEqualTo(i);
    }
  }
}
