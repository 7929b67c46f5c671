package dev.tesuji.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SharesTest {
  @Test
  void wilsonsIntervalIsThatOfNewcombesExample() {
    // Newcombe (1998), table I, method 3: 81 of 263 and 15 of 148, 0 of 20, 1 of 29
    interval(81, 263, 0.2553, 0.3662);
    interval(15, 148, 0.0624, 0.1605);
    interval(0, 20, 0.0000, 0.1611);
    interval(1, 29, 0.0061, 0.1718);
  }

  private static void interval(long successes, long trials, double low, double high) {
    Interval interval = Wilson.interval(successes, trials);
    assertThat(interval.low()).isCloseTo(low, within(5e-5));
    assertThat(interval.high()).isCloseTo(high, within(5e-5));
    assertThat(interval.mean()).isEqualTo((double) successes / trials);
  }

  @Test
  void anIntervalOfNoTrialsIsRefused() {
    assertThatThrownBy(() -> Wilson.interval(0, 0))
        .hasMessage("successes must be from 0 to trials, which must be at least 1, got 0 of 0");
  }

  @Test
  void mcNemarsTestSumsTheBinomialTailsOnBothSides() {
    assertThat(McNemar.exact(0, 5)).isCloseTo(2.0 / 32, within(1e-12));
    assertThat(McNemar.exact(6, 1)).isCloseTo(2 * (1 + 7) / 128.0, within(1e-12));
    assertThat(McNemar.exact(3, 3)).isEqualTo(1);
    assertThat(McNemar.exact(0, 0)).isEqualTo(1);
    assertThat(McNemar.exact(2000, 2000)).isEqualTo(1);
    assertThat(McNemar.exact(2200, 1800)).isBetween(1e-11, 1e-9);
  }
}
