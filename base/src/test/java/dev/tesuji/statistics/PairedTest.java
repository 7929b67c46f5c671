package dev.tesuji.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedTest {
  @Test
  void theDifferenceIsStudentsOverRuns() {
    // Differences 0.1, 0.2, 0.3: mean 0.2, deviation 0.1, error 0.1 / sqrt 3 = 0.057735, t =
    // 3.4641.
    // With two degrees of freedom P(|T| > t) = 1 - t / sqrt(2 + t²) = 1 - 3.4641 / sqrt 14.
    Paired p = Paired.of(new double[] {0.5, 0.5, 0.5}, new double[] {0.6, 0.7, 0.8});
    assertThat(p.difference()).isCloseTo(0.2, within(1e-12));
    assertThat(p.low()).isCloseTo(0.2 - 4.302653 * 0.0577350, within(1e-6));
    assertThat(p.high()).isCloseTo(0.2 + 4.302653 * 0.0577350, within(1e-6));
    assertThat(p.p()).isCloseTo(1 - Math.sqrt(12.0 / 14), within(1e-9));
    assertThat(p.isSignificant()).isFalse();
  }

  @Test
  void whatSeedsShareDoesNotHideADifference() {
    // Seeds differ by far more than the stages, which differ by 0.10 to 0.11 with every seed.
    double[] first = {0.20, 0.50, 0.80};
    Paired p = Paired.of(first, new double[] {0.30, 0.61, 0.90});
    assertThat(p.isSignificant()).isTrue();
    assertThat(p.low()).isPositive();
    // Taken in another order the same numbers differ by chance.
    assertThat(Paired.of(first, new double[] {0.90, 0.30, 0.61}).isSignificant()).isFalse();
  }

  @Test
  void equalMeasurementsDoNotDiffer() {
    assertThat(Paired.of(new double[] {1, 2}, new double[] {1, 2}))
        .isEqualTo(new Paired(0, 0, 0, 1));
  }

  @Test
  void ofOneRunNothingIsKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Paired.of(new double[] {1}, new double[] {2}))
        .withMessage("a paired test needs two or more runs with both measurements, got 1 and 1");
  }
}
