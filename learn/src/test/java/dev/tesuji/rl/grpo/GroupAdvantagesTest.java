package dev.tesuji.rl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.Turns;
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
  void turnsAreComparedWithTheSameTurnOfTheOthers() {
    // points 1, 0 and 0, 0, 1 and a reward of 3 for the first as a whole: 2 beside its points
    Turns first = new Turns(new int[] {2, 1}, new double[] {1, 0});
    Turns second = new Turns(new int[] {1, 1, 2}, new double[] {0, 0, 1});
    double[][] returns = {first.returns(3), second.returns(1)};
    assertThat(returns[0]).containsExactly(3, 2);
    assertThat(returns[1]).containsExactly(1, 1, 1);
    // first turns 3 and 1: mean 2; second turns 2 and 1: mean 1.5; a third that no other has: 0
    double[][] plain = GroupAdvantages.ofTurns(returns, 2, Scaling.NONE);
    assertThat(plain[0]).containsExactly(1, 0.5);
    assertThat(plain[1]).containsExactly(-1, -0.5, 0);
    // σ of 3 and 1 is sqrt(2), of 2 and 1 sqrt(1/2)
    double[][] scaled = GroupAdvantages.ofTurns(returns, 2, Scaling.GROUP);
    assertThat(scaled[0]).containsExactly(new double[] {0.70711, 0.70711}, within(2e-4));
    assertThat(first.perToken(plain[0])).containsExactly(1, 1, 0.5f);
    assertThat(second.perToken(plain[1])).containsExactly(-1, -0.5f, 0, 0);
  }

  @Test
  void oneTurnForEachMakesCreditOfTurnsThatOfTrajectories() {
    double[] rewards = {1, 0, 0, Double.NaN};
    double[][] returns = new double[4][];
    for (int i = 0; i < 4; i++) {
      returns[i] = Turns.one(3).returns(rewards[i]);
    }
    for (Scaling scaling : Scaling.values()) {
      double[][] turns = GroupAdvantages.ofTurns(returns, 4, scaling);
      double[] whole = GroupAdvantages.of(rewards, 4, scaling);
      for (int i = 0; i < 4; i++) {
        assertThat(turns[i]).containsExactly(new double[] {whole[i]}, within(1e-12));
      }
    }
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
