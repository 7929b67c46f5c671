package dev.tesuji.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TiersTest {
  @Test
  void theBestIsInTheFirstTier() {
    assertThat(Tiers.of(new double[] {0.2, 0.9, 0.5}, 0)).containsExactly(3, 1, 2);
  }

  @Test
  void answersNearTheBestOfATierTieWithIt() {
    // 0.90 opens a tier that reaches down to 0.80; 0.79 opens the next, which reaches to 0.69.
    assertThat(Tiers.of(new double[] {0.90, 0.85, 0.79, 0.70, 0.60}, 0.1))
        .containsExactly(1, 1, 2, 2, 3);
  }

  @Test
  void equalScoresTieWithoutAThreshold() {
    assertThat(Tiers.of(new double[] {0.5, 0.5}, 0)).containsExactly(1, 1);
  }

  @Test
  void theMarginOfAPairGrowsByQuarters() {
    assertThat(Tiers.ofPair(0.5, 0.46, 0.05)).containsExactly(1, 1);
    assertThat(Tiers.ofPair(0.5, 0.4, 0.05)).containsExactly(1, 2);
    assertThat(Tiers.ofPair(0.2, 0.5, 0.05)).containsExactly(3, 1);
    assertThat(Tiers.ofPair(1, 0.4, 0.05)).containsExactly(1, 4);
    assertThat(Tiers.ofPair(0, 1, 0.05)).containsExactly(4, 1);
  }
}
