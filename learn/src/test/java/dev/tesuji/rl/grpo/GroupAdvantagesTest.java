package dev.tesuji.rl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.Update.Counts;
import dev.tesuji.rl.grpo.Grpo.Scaling;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupAdvantagesTest {
  @Test
  void oneRightAnswerOfFourStandsOut() {
    // mean 1/4, σ = sqrt((9/16 + 3/16) / 3) = 1/2
    double[] a = GroupAdvantages.of(new double[] {1, 0, 0, 0}, 4, Scaling.GROUP);
    assertThat(a).containsExactly(new double[] {1.5, -0.5, -0.5, -0.5}, within(5e-4));
    assertThat(GroupAdvantages.of(new double[] {1, 0, 0, 0}, 4, Scaling.NONE))
        .containsExactly(0.75, -0.25, -0.25, -0.25);
  }

  @Test
  void aGroupOfEqualRewardsHasZeroAdvantage() {
    for (int group = 2; group < 20; group++) {
      double[] rewards = new double[group];
      Arrays.fill(rewards, group / 10.0); // most have no exact sum
      for (Scaling scaling : Scaling.values()) {
        assertThat(GroupAdvantages.of(rewards, group, scaling)).containsOnly(0);
      }
      assertThat(Statistics.leaveOneOut(rewards, group)).containsOnly(0);
    }
    assertThat(Statistics.isFlat(new double[] {1, 1, Double.NaN})).isTrue();
    assertThat(Statistics.isFlat(new double[] {1, 0, Double.NaN})).isFalse();
  }

  @Test
  void advantagesSumToZeroInEveryGroup() {
    for (long seed = 0; seed < 20; seed++) {
      int group = 2 + Rng.below(7, seed, 0, 0, 0);
      double[] rewards = new double[group * 5];
      for (int i = 0; i < rewards.length; i++) {
        rewards[i] = Rng.uniform(seed, 1, i, 0) * 3 - 1;
      }
      for (Scaling scaling : Scaling.values()) {
        double[] a = GroupAdvantages.of(rewards, group, scaling);
        for (int g = 0; g < 5; g++) {
          double sum = Arrays.stream(a, g * group, (g + 1) * group).sum();
          assertThat(sum).as("seed " + seed).isCloseTo(0, within(1e-9));
        }
      }
    }
  }

  @Test
  void aRewardOfZeroIsAReward() {
    double[][] rewards = {{0.0, Double.NaN}, {Double.NaN, Double.NaN}, {1.0, 2.0}};
    assertThat(GroupAdvantages.sum(rewards, new double[] {1, 0.5}))
        .containsExactly(0, Double.NaN, 2);
  }

  @Test
  void aGroupOfOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GroupAdvantages.of(new double[] {1}, 1, Scaling.GROUP))
        .withMessage(
            "groupSize must be at least 2 (a group of one has no one to compare with), got 1");
  }

  @Test
  void tokenWeightsAddUpToWhatTheLossIsAMeanOf() {
    int[] lengths = {3, 5, 0, 8};
    Counts counts = new Counts(4, 16, 16, 10);
    List<GrpoLoss> losses =
        List.of(
            GrpoLoss.Grpo.DEFAULT,
            GrpoLoss.Bnpo.DEFAULT,
            GrpoLoss.DrGrpo.DEFAULT,
            GrpoLoss.Dapo.DEFAULT,
            GrpoLoss.Cispo.DEFAULT,
            GrpoLoss.Sapo.DEFAULT,
            GrpoLoss.Luspo.DEFAULT,
            GrpoLoss.Vespo.DEFAULT);
    assertThat(losses).hasSize(GrpoLoss.class.getPermittedSubclasses().length);
    double[] sums = new double[losses.size()];
    int i = 0;
    for (GrpoLoss loss : losses) {
      for (int n : lengths) {
        sums[i] += n == 0 ? 0 : n * loss.tokenWeight(n, counts);
      }
      i++;
    }
    // GRPO, SAPO: 3 of 4 completions have tokens. BNPO, DAPO, CISPO, VESPO: a mean.
    // Dr. GRPO: 16 of 4 · 10 places. LUSPO: 16 tokens of 4 completions.
    assertThat(sums).containsExactly(new double[] {0.75, 1, 0.4, 1, 1, 0.75, 4, 1}, within(1e-12));
  }
}
