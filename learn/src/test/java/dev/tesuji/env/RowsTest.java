package dev.tesuji.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.tokenized.TokenSequence;
import org.junit.jupiter.api.Test;

/// Trajectories whose context begins anew.
class RowsTest {
  private static final Trajectory FORKED =
      Trajectory.of(new int[] {1, 2})
          .append(Segment.sampled(new int[] {3, 4}, new float[] {-1, -2}))
          .append(Segment.read(5))
          .append(Segment.sampled(new int[] {6}, new float[] {-3}))
          .append(Segment.anew(1, 2, 4, 5))
          .append(Segment.sampled(new int[] {7, 8}, new float[] {-4, -5}));

  @Test
  void thePolicyReadsWhatCameSinceItsContextBegan() {
    assertThat(FORKED.context()).containsExactly(1, 2, 4, 5, 7, 8);
    assertThat(FORKED.starts()).containsExactly(0, 6);
    assertThat(FORKED.turnLengths()).containsExactly(2, 1, 2);
    assertThat(FORKED.sampled()).containsExactly(3, 4, 6, 7, 8);
  }

  @Test
  void everySampledTokenIsLearnedOnceInTheContextThatItWasSampledIn() {
    TokenSequence whole =
        TokenSequence.masked(FORKED.ids(), FORKED.mask()).withRows(FORKED.starts());
    assertThat(whole.scored()).isEqualTo(FORKED.sampledLength());
    assertThat(whole.targetIds()).containsExactly(FORKED.sampled());
    assertThat(whole.rows()).hasSize(2);
    assertThat(whole.rows().get(0).ids()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(whole.rows().get(0).targets()).containsExactly(2, 3, 5);
    assertThat(whole.rows().get(1).ids()).containsExactly(1, 2, 4, 5, 7, 8);
    assertThat(whole.rows().get(1).targets()).containsExactly(4, 5);
  }

  @Test
  void theMaskIsTrueForSampledTokensAndForNoOther() {
    assertThat(FORKED.mask())
        .containsExactly(
            false, false, true, true, false, true, false, false, false, false, true, true);
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSequence.whole(new int[] {1, 2, 3}).withRows(new int[] {0, 1}))
        .withMessage("targets must not hold the first token of a row, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSequence.from(new int[] {1, 2, 3}, 2).withRows(new int[] {1}))
        .withMessage("starts must ascend from 0 to 2, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Segment(new int[] {1}, new float[] {-1}, true, true))
        .withMessage("a context must begin with what the policy reads");
  }
}
