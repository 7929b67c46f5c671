package dev.tesuji.alphago.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.statistics.Interval;
import org.junit.jupiter.api.Test;

class MatchScoreTest {
  @Test
  void eightOfTenHasWilsonsInterval() {
    Interval found = new MatchScore(10, 8).interval();
    assertThat(found.mean()).isEqualTo(0.8);
    assertThat(found.low()).isCloseTo(0.4902, within(1e-4));
    assertThat(found.high()).isCloseTo(0.9433, within(1e-4));
  }

  @Test
  void allWonIsNotCertain() {
    Interval found = new MatchScore(20, 20).interval();
    assertThat(found.low()).as("n / (n + z²)").isCloseTo(20 / 23.8415, within(1e-4));
    assertThat(found.high()).isCloseTo(1, within(1e-9));
    assertThat(new MatchScore(20, 20).toJson().has("elo")).isFalse();
  }

  @Test
  void drawsCountHalf() {
    MatchScore score = MatchScore.NONE.with(1).with(0).with(-1).with(0);
    assertThat(score).isEqualTo(new MatchScore(4, 2));
    assertThat(score.plus(new MatchScore(1, 1))).isEqualTo(new MatchScore(5, 3));
  }

  @Test
  void threeQuartersAre191PointsOfElo() {
    assertThat(MatchScore.elo(0.75)).isCloseTo(190.85, within(0.01));
    assertThat(MatchScore.elo(0.5)).isZero();
    assertThat(new MatchScore(4, 3).toJson().path("elo").asDouble())
        .isCloseTo(190.85, within(0.01));
  }

  @Test
  void nothingPlayedHasNoScore() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MatchScore.NONE.interval())
        .withMessage("a score needs at least one game");
    assertThat(MatchScore.NONE.toJson().toString()).isEqualTo("{\"n\":0}");
  }
}
