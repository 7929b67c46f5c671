package dev.tesuji.overoptimisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.overoptimisation.ScalingCurve.Way;
import org.junit.jupiter.api.Test;

class ScalingCurveTest {
  @Test
  void bestOfNIsAParabolaThroughTheStart() {
    // R(1) = 2 - 0.5, R(2) = 2 (2 - 1): α 2, β 0.5, at its highest at 2 / (2 · 0.5).
    ScalingCurve fitted =
        ScalingCurve.fit(Way.BEST_OF_N, new double[] {0, 1, 2}, new double[] {9, 1.5, 2})
            .orElseThrow();
    assertThat(fitted.alpha()).isCloseTo(2, within(1e-12));
    assertThat(fitted.beta()).isCloseTo(0.5, within(1e-12));
    assertThat(fitted.peak().orElseThrow()).isCloseTo(2, within(1e-12));
    assertThat(fitted.at(0)).isZero();
    assertThat(fitted.at(4)).isCloseTo(0, within(1e-12));
  }

  @Test
  void reinforcementBendsWithTheLogarithm() {
    // R(1) = α = 3; R(e) = e (3 - 2) = e. The slope α - β (log d + 1) is 0 at e^(3/2 - 1).
    ScalingCurve fitted =
        ScalingCurve.fit(Way.REINFORCEMENT, new double[] {1, Math.E}, new double[] {3, Math.E})
            .orElseThrow();
    assertThat(fitted.alpha()).isCloseTo(3, within(1e-12));
    assertThat(fitted.beta()).isCloseTo(2, within(1e-12));
    assertThat(fitted.peak().orElseThrow()).isCloseTo(1.6487213, within(1e-6));
    assertThat(fitted.at(fitted.peak().orElseThrow())).isCloseTo(2 * 1.6487213, within(1e-6));
  }

  @Test
  void whatDoesNotFitIsSplitByLeastSquares() {
    // d = 1, 1, 2 with R = 1, 3, 2: the two at 1 meet in 2. α - β = 2, 2α - 4β = 2: α 3, β 1.
    ScalingCurve fitted =
        ScalingCurve.fit(Way.BEST_OF_N, new double[] {1, 1, 2}, new double[] {1, 3, 2})
            .orElseThrow();
    assertThat(fitted.alpha()).isCloseTo(3, within(1e-12));
    assertThat(fitted.beta()).isCloseTo(1, within(1e-12));
  }

  @Test
  void oneDistanceMakesNoCurve() {
    assertThat(ScalingCurve.fit(Way.BEST_OF_N, new double[] {0, 2, 2}, new double[] {0, 1, 2}))
        .isEmpty();
    assertThat(ScalingCurve.fit(Way.REINFORCEMENT, new double[0], new double[0])).isEmpty();
  }

  @Test
  void aCurveThatOnlyRisesHasNoPeak() {
    assertThat(new ScalingCurve(Way.BEST_OF_N, 1, -0.1).peak()).isEmpty();
    assertThat(new ScalingCurve(Way.REINFORCEMENT, 1, 0).peak()).isEmpty();
  }
}
