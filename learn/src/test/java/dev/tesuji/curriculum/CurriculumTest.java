package dev.tesuji.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.curriculum.Curriculum.Learnability;
import org.junit.jupiter.api.Test;

class CurriculumTest {
  @Test
  void learnabilityIsTheVarianceOfAVerdictInQuarters() {
    Learnability rule = new Learnability(0.5, 1, 0);
    assertThat(rule.weight(0.5)).isEqualTo(1);
    assertThat(rule.weight(0.25)).isCloseTo(0.75, within(1e-12)); // 4 x 1/4 x 3/4
    assertThat(rule.weight(0.1)).isCloseTo(0.36, within(1e-12));
    assertThat(rule.weight(0)).isZero();
    assertThat(rule.weight(1)).isZero();
  }

  @Test
  void anotherTargetWeighsMostThere() {
    Learnability rule = new Learnability(0.25, 1, 0);
    assertThat(rule.weight(0.25)).isCloseTo(1, within(1e-12));
    assertThat(rule.weight(0.5)).isCloseTo(0.769800, within(1e-6)); // 2^0.5 (2/3)^1.5
    assertThat(rule.weight(0.2)).isLessThan(1);
    assertThat(rule.weight(0.3)).isLessThan(1);
  }

  @Test
  void nothingWeighsLessThanTheFloor() {
    assertThat(Learnability.DEFAULT.weight(0)).isEqualTo(0.05);
  }

  @Test
  void olderCompletionsAreDiscounted() {
    PassRateEstimate rate = PassRateEstimate.NONE.after(2, 8, 0.5).after(6, 8, 0.5);
    assertThat(rate).isEqualTo(new PassRateEstimate(7, 12)); // 2/2 + 6 of 8/2 + 8
    assertThat(rate.rate()).isCloseTo(7.5 / 13, within(1e-12));
    assertThat(rate.after(0, 0, 0.5)).isEqualTo(rate);
    assertThat(PassRateEstimate.NONE.rate()).isEqualTo(0.5);
  }

  @Test
  void rangesAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Learnability(1, 0.8, 0))
        .withMessage("target must be above 0 and below 1, got 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PassRateFilter(8, null, 0.9, 0.1))
        .withMessage(
            "minPassRate and maxPassRate must be from 0 to 1, the first at most the second, got 0.9"
                + " and 0.1");
  }
}
