package dev.tesuji.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
  @Test
  void theIntervalIsThatOfAgrestiAndCoull() {
    // 8 of 10 right: 10 of 14, 10/14 ± 1.96 sqrt(10/14 · 4/14 / 14)
    double[] values = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
    Interval i = Interval.of(values);
    assertThat(i.mean()).isEqualTo(0.8);
    assertThat(i.low()).isCloseTo(0.4777, within(1e-4));
    assertThat(i.high()).isCloseTo(0.9509, within(1e-4));
  }

  @Test
  void noFailureIsNoCertainty() {
    Interval i = Interval.of(new double[] {1, 1, 1, 1, 1});
    assertThat(i.mean()).isEqualTo(1);
    assertThat(i.low()).isLessThan(0.9);
    assertThat(i.high()).isEqualTo(1);
  }

  @Test
  void nineteenOfTwentyIntervalsHoldTheTruth() {
    int held = 0;
    int trials = 2000;
    for (int t = 0; t < trials; t++) {
      double[] values = new double[60];
      for (int i = 0; i < values.length; i++) {
        values[i] = Rng.uniform(3, t, i, 0) < 0.3 ? 1 : 0;
      }
      Interval interval = Interval.of(values);
      held += interval.low() <= 0.3 && interval.high() >= 0.3 ? 1 : 0;
    }
    assertThat(held / (double) trials).isBetween(0.94, 0.98);
  }

  @Test
  void overRunsTheIntervalIsStudents() {
    // mean 0.93, deviation 0.02, t of two degrees of freedom 4.302653: ± 0.02 t / sqrt 3
    Interval i = Interval.overRuns(new double[] {0.91, 0.93, 0.95});
    assertThat(i.mean()).isCloseTo(0.93, within(1e-12));
    assertThat(i.low()).isCloseTo(0.880317, within(1e-6));
    assertThat(i.high()).isCloseTo(0.979683, within(1e-6));
  }

  @Test
  void ofOneRunNothingIsKnown() {
    assertThat(Interval.overRuns(new double[] {0.9})).isEqualTo(new Interval(0.9, 0, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 12.706205",
    "2, 4.302653",
    "3, 3.182446",
    "4, 2.776445",
    "5, 2.570582",
    "30, 2.042272"
  })
  void quantilesOfStudentsTAreThoseOfTheTables(int freedom, double t) {
    assertThat(StudentT.quantile(0.975, freedom)).isCloseTo(t, within(1e-6));
  }

  @Test
  void aMeanOfAnyRangeHasStudentsInterval() {
    // Mean -2, deviation 1, three values: half of it is 4.302653 / √3.
    Interval whole = Interval.ofMean(new double[] {-3, -2, -1});
    assertThat(whole.mean()).isEqualTo(-2);
    assertThat(whole.low()).isCloseTo(-4.484138, within(1e-5));
    assertThat(whole.high()).isCloseTo(0.484138, within(1e-5));
    assertThat(Interval.ofMean(new double[] {7}).high()).isInfinite();
  }
}
