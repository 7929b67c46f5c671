package dev.tesuji.alphago.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// The numbers are worked out by hand.
class GumbelEquationsTest {
  private static final double[] PRIOR = {0.5, 0.3, 0.2};

  @Test
  void fourActionsAreHalvedToTwoThatShareTheRest() {
    assertThat(GumbelEquations.consideredVisits(4, 8)).containsExactly(0, 0, 0, 0, 1, 1, 2, 2);
  }

  @Test
  void eightActionsWithSixteenSimulationsAreHalvedThreeTimes() {
    // three rounds: 16 / (3 * 8) < 1 is one visit; 16 / (3 * 4) = 1; 16 / (3 * 2) = 2
    assertThat(GumbelEquations.consideredVisits(8, 16))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3);
  }

  @Test
  void aSingleActionIsVisitedEveryTime() {
    assertThat(GumbelEquations.consideredVisits(1, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void fewerSimulationsThanActionsVisitTheFirstOnes() {
    assertThat(GumbelEquations.consideredVisits(8, 3)).containsExactly(0, 0, 0);
  }

  @Test
  void theMixedValueIsTheNetworksWhereNothingWasVisited() {
    double[] q = {0, 0, 0};
    assertThat(GumbelEquations.mixedValue(0.4, PRIOR, q, new int[3])).isEqualTo(0.4);
  }

  @Test
  void theMixedValueWeighsVisitedActionsByTheirPriors() {
    // (0.5 * 0.8 + 0.3 * 0.4) / 0.8 = 0.65; (0.4 + 3 * 0.65) / 4 = 0.5875
    double[] q = {0.8, 0.4, 0};
    assertThat(GumbelEquations.mixedValue(0.4, PRIOR, q, new int[] {2, 1, 0}))
        .isCloseTo(0.5875, within(1e-12));
  }

  @Test
  void valuesAreScaledByTheOffsetAndTheMostVisits() {
    // (50 + 2) * 1 * q, and the mixed value for the action without visits
    double[] scaled =
        GumbelEquations.scaledValues(
            0.4, PRIOR, new double[] {0.8, 0.4, 0}, new int[] {2, 1, 0}, Gumbel.Settings.DEFAULT);
    assertThat(scaled).containsExactly(new double[] {41.6, 20.8, 30.55}, within(1e-9));
  }

  @Test
  void theImprovedPolicyAddsScaledValuesToLogits() {
    double[] logits = {Math.log(0.5), Math.log(0.3), Math.log(0.2)};
    // 0.5 * 1, 0.3 * 2, 0.2 * 4 of 1.9
    double[] improved =
        GumbelEquations.improvedPolicy(logits, new double[] {0, Math.log(2), Math.log(4)});
    assertThat(improved)
        .containsExactly(new double[] {0.5 / 1.9, 0.6 / 1.9, 0.8 / 1.9}, within(1e-12));
  }

  @Test
  void belowTheRootVisitsFollowTheImprovedPolicy() {
    // 0.5 - 2/4, 0.3 - 1/4, 0.2 - 0
    assertThat(GumbelEquations.choose(PRIOR, new int[] {2, 1, 0})).isEqualTo(2);
    // 0.5 - 1/4, 0.3 - 1/4, 0.2 - 1/4
    assertThat(GumbelEquations.choose(PRIOR, new int[] {1, 1, 1})).isZero();
  }
}
