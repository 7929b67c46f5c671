package dev.tesuji.rl.rloo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.random.Rng;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RlooAdvantagesTest {
  @Test
  void theBaselineIsTheMeanOfTheOthers() {
    // 1 - 1/2, 0 - 1, 1 - 1/2; of the second group the one that is not known counts in nothing
    double[] rewards = {1, 0, 1, 3, Double.NaN, 1};
    assertThat(RlooAdvantages.of(rewards, 3, false)).containsExactly(0.5, -1, 0.5, 2, 0, -2);
  }

  @Test
  void aCompletionWithoutOthersHasNoAdvantage() {
    assertThat(RlooAdvantages.of(new double[] {1, Double.NaN}, 2, false)).containsExactly(0, 0);
  }

  @Test
  void advantagesSumToZeroInEveryGroup() {
    for (long seed = 0; seed < 20; seed++) {
      int group = 2 + Rng.below(7, seed, 0, 0, 0);
      double[] rewards = new double[group * 5];
      for (int i = 0; i < rewards.length; i++) {
        boolean known = Rng.uniform(seed, 2, i, 0) < 0.9;
        rewards[i] = known ? Rng.uniform(seed, 1, i, 0) * 3 - 1 : Double.NaN;
      }
      double[] a = RlooAdvantages.of(rewards, group, false);
      for (int g = 0; g < 5; g++) {
        assertThat(Arrays.stream(a, g * group, (g + 1) * group).sum())
            .as("seed " + seed)
            .isCloseTo(0, within(1e-12));
      }
      assertThat(Arrays.stream(RlooAdvantages.of(rewards, group, true)).sum())
          .as("over the batch, seed " + seed)
          .isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void whatTheKlCostsIsTakenOffAClippedReward() {
    assertThat(RlooAdvantages.shaped(new double[] {5, -1}, new double[] {0.3, -0.2}, 2))
        .containsExactly(new double[] {1.7, -0.8}, within(1e-12));
  }
}
