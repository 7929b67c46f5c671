package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrajectoryTest {
  private static final Trajectory TWO_TURNS =
      Trajectory.of(new int[] {1, 2, 3})
          .append(Segment.sampled(new int[] {4, 5}, new float[] {-1, -2}))
          .append(Segment.read(6))
          .append(Segment.sampled(new int[] {7}, new float[] {-3}));

  @Test
  void itsTokensAreInTheOrderInWhichTheyWereReadAndSampled() {
    assertThat(TWO_TURNS.ids()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(TWO_TURNS.prompt()).containsExactly(1, 2, 3);
    assertThat(TWO_TURNS.length()).isEqualTo(7);
  }

  @Test
  void onlySampledTokensAreLearnedAndHaveLogProbabilities() {
    assertThat(TWO_TURNS.mask()).containsExactly(false, false, false, true, true, false, true);
    assertThat(TWO_TURNS.sampled()).containsExactly(4, 5, 7);
    assertThat(TWO_TURNS.logProbs()).containsExactly(-1, -2, -3);
    assertThat(TWO_TURNS.sampledLength()).isEqualTo(3);
    assertThat(TWO_TURNS.turns()).isEqualTo(2);
  }

  @Test
  void whatIsAppendedLeavesTheTrajectoryBeforeAsItWas() {
    Trajectory before = Trajectory.of(new int[] {1});
    before.append(Segment.read(2));
    assertThat(before.ids()).containsExactly(1);
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Segment(new int[] {1, 2}, new float[] {-1}, true))
        .withMessage("logProbs must have 2 numbers, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Segment(new int[] {1}, new float[] {-1}, false))
        .withMessage("logProbs must have 0 numbers, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Trajectory(List.of(Segment.sampled(new int[0], new float[0]))))
        .withMessage("a trajectory must begin with what the policy reads");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Step.Observation(new int[0]))
        .withMessage("an observation must have at least one token, got none");
  }
}
