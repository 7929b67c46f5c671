package dev.tesuji.rl.reinforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.UpdateConfig;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ReinforceAdvantagesTest {
  @Test
  void theGreedyCompletionOfThePromptIsTheBaseline() {
    double[] rewards = {1, 0, 1, Double.NaN};
    assertThat(ReinforceAdvantages.lessGreedy(rewards, new double[] {0.5, 1}))
        .containsExactly(0.5, -0.5, 0, 0);
    assertThat(ReinforceAdvantages.lessGreedy(new double[] {1}, new double[] {Double.NaN}))
        .containsExactly(0);
  }

  @Test
  void theGroupsMeanIsTakenOff() {
    assertThat(ReinforceAdvantages.lessGroupMean(new double[] {1, 0, 3, Double.NaN}, 2))
        .containsExactly(0.5, -0.5, 0, 0);
  }

  @Test
  void rewardsLessTheirGroupsMeanSumToZeroInEveryGroup() {
    for (long seed = 0; seed < 20; seed++) {
      int group = 2 + Rng.below(7, seed, 0, 0, 0);
      double[] rewards = new double[group * 5];
      for (int i = 0; i < rewards.length; i++) {
        rewards[i] = Rng.uniform(seed, 1, i, 0) * 3 - 1;
      }
      double[] a = ReinforceAdvantages.lessGroupMean(rewards, group);
      for (int g = 0; g < 5; g++) {
        assertThat(Arrays.stream(a, g * group, (g + 1) * group).sum())
            .as("seed " + seed)
            .isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void aBatchOfEqualReturnsTeachesNothing() {
    float[][] white = Statistics.whiten(new float[][] {{0.7f, 0.7f}, {0.7f}}, true);
    assertThat(white).isDeepEqualTo(new float[][] {{0, 0}, {0}});
  }

  @Test
  void theKlIsPaidPerTokenAndTheRewardAtTheEnd() {
    // k1 = log π - log π_ref = 0.5, -0.5, 1; β = 0.1
    double[] rewards =
        KlReward.perToken(
            2, new float[] {-1, -2, -1}, new float[] {-1.5f, -1.5f, -2}, 0.1, KlEstimator.K1);
    assertThat(rewards).containsExactly(new double[] {-0.05, 0.05, 1.9}, within(1e-12));
    // returns at γ = 1/2: 1.9, 0.05 + 0.95, -0.05 + 0.5
    assertThat(KlReward.returns(rewards, 0.5))
        .containsExactly(new float[] {0.45f, 1, 1.9f}, within(1e-6f));
  }

  @Test
  void advantagesOfABatchHaveMeanZeroAndVarianceOne() {
    // mean 2, squares 1 + 1 + 0 + 4 + 4 = 10, s² = 10 / 4
    float[][] white = Statistics.whiten(new float[][] {{1, 3}, {}, {2, 0, 4}}, true);
    float s = (float) Math.sqrt(2.5);
    assertThat(white[0]).containsExactly(new float[] {-1 / s, 1 / s}, within(1e-6f));
    assertThat(white[1]).isEmpty();
    assertThat(white[2]).containsExactly(new float[] {0, -2 / s, 2 / s}, within(1e-6f));
  }

  @Test
  void aDiscountBesideABaselineIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new ReinforcePlusPlus(
                true, KlConfig.DEFAULT, 0.9, ClippedSurrogate.DEFAULT, UpdateConfig.DEFAULT))
        .withMessage(
            "gamma must be 1 with a baseline: there are no rewards before the end to discount, got"
                + " 0.9");
  }
}
