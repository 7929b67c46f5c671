package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadingPaceTest {
  /// Tells a pace of steps that take 10 ms, and 0.1 ms for each token that is read.
  private static ReadingPace measured() {
    ReadingPace pace = new ReadingPace();
    pace.took(0.010, 4, 0);
    pace.took(0.010 + 0.0001 * 64, 4, 64);
    return pace;
  }

  @Test
  void asMuchIsReadAsLeavesAStepShorterThanTwo() {
    ReadingPace pace = measured();
    assertThat(pace.tokens(4, 1)).isEqualTo(75); // 0.75 · 10 ms / 0.1 ms
    assertThat(pace.tokens(1, 1)).isEqualTo(75);
  }

  @Test
  void whereMoreWaitThanRunTheyAreReadTogetherForATimeThatIsBound() {
    assertThat(measured().tokens(4, 5)).isEqualTo(1000); // 0.1 s / 0.1 ms
    assertThat(measured().tokens(0, 1)).isEqualTo(1000);
    assertThat(new ReadingPace().tokens(0, 1)).isEqualTo(512);
  }

  @Test
  void itGrowsByTwoAtMostAndIsNeverBelowSixteen() {
    ReadingPace pace = new ReadingPace();
    assertThat(pace.tokens(4, 1)).isEqualTo(64); // nothing is known
    pace.took(0.010, 4, 0);
    pace.took(0.010 + 0.000_001 * 64, 4, 64);
    assertThat(pace.tokens(4, 1)).isLessThanOrEqualTo(128);
    ReadingPace slow = new ReadingPace();
    slow.took(0.010, 4, 0);
    slow.took(0.010 + 0.1 * 64, 4, 64);
    assertThat(slow.tokens(4, 1)).isEqualTo(16);
  }

  @Test
  void oneStepInSeventeenReadsNothingSoThatItsTimeStaysKnown() {
    ReadingPace pace = measured();
    for (int i = 0; i < 15; i++) {
      int read = pace.tokens(4, 2);
      assertThat(read).isPositive();
      pace.took(0.010 + 0.0001 * read, 4, read);
    }
    assertThat(pace.tokens(4, 2)).isZero();
    pace.took(0.010, 4, 0);
    assertThat(pace.tokens(4, 2)).isPositive();
  }
}
