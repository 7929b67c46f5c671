package dev.tesuji.rl.prime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.LossFixture;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.FixtureBatch;
import dev.tesuji.rl.rloo.RlooAdvantages;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

public class PrimeRewardsTest {
  @TestFactory
  public Stream<DynamicTest> everyCaseOfTheFixture() {
    return LossFixture.tests(
        "prime",
        c -> {
          switch (c.function()) {
            case "prime_process_reward" -> processReward(c);
            case "prime_advantages" -> advantages(c);
            default -> throw new AssertionError("no test of function " + c.function());
          }
        });
  }

  private static void processReward(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    double beta = c.param("beta").doubleValue();
    double[] outcomes = c.numbers("outcome");
    int n = outcomes.length;
    float[][] process = new float[n][];
    float[][] gradients = new float[n][];
    double loss = 0;
    for (int i = 0; i < n; i++) {
      process[i] = PrimeRewards.process(rows.row("logps", i), rows.row("ref_logps", i), beta);
      double score = 0;
      for (float r : process[i]) {
        score += r;
      }
      loss += PrimeRewards.crossEntropy(score, outcomes[i]) / n;
      gradients[i] = new float[process[i].length];
      java.util.Arrays.fill(
          gradients[i], (float) (PrimeRewards.gradient(score, outcomes[i], beta) / n));
    }
    c.check("process_rewards", rows.pad(process));
    c.check("loss", loss);
    c.checkGradient("logps", rows.pad(gradients));
  }

  private static void advantages(LossFixture c) {
    FixtureBatch rows = new FixtureBatch(c);
    double[] outcomes = c.numbers("outcome");
    float[][] process = new float[outcomes.length][];
    for (int i = 0; i < process.length; i++) {
      process[i] = rows.row("process_rewards", i);
    }
    c.check(
        "advantages",
        rows.pad(
            PrimeRewards.advantages(
                process,
                outcomes,
                c.param("num_generations").intValue(),
                c.param("gamma").doubleValue())));
  }

  @Test
  void aTokenIsComparedWithTheMeanTokenOfTheOthers() {
    // token means 1 and 3; A of the first: outcomes 1 - 0, plus (0 - 3) + (2 - 3), then (2 - 3)
    float[][] a = PrimeRewards.advantages(new float[][] {{0, 2}, {3}}, new double[] {1, 0}, 2, 1);
    assertThat(a[0]).containsExactly(-3, 0);
    assertThat(a[1]).containsExactly(1); // (3 - 1) - 1
  }

  @Test
  void withoutProcessRewardsAdvantagesAreThoseOfRloo() {
    for (long seed = 0; seed < 20; seed++) {
      int group = 2 + Rng.below(7, seed, 0, 0, 0);
      double[] outcomes = new double[group * 3];
      float[][] process = new float[outcomes.length][];
      for (int i = 0; i < outcomes.length; i++) {
        outcomes[i] = Rng.uniform(seed, 1, i, 0);
        process[i] = new float[1 + Rng.below(4, seed, 2, i, 0)];
      }
      double[] rloo = RlooAdvantages.of(outcomes, group, false);
      float[][] a = PrimeRewards.advantages(process, outcomes, group, 1);
      for (int g = 0; g < outcomes.length; g += group) {
        double sum = 0;
        for (int i = g; i < g + group; i++) {
          assertThat(a[i]).as("seed " + seed).containsOnly((float) rloo[i]);
          sum += a[i][0];
        }
        assertThat(sum).as("seed " + seed).isCloseTo(0, within(1e-5));
      }
    }
  }

  @Test
  void withoutTokensACompletionIsInNoBaseline() {
    float[][] a =
        PrimeRewards.advantages(
            new float[][] {{1}, {2}, {}}, new double[] {1, 0, Double.NaN}, 3, 1);
    assertThat(a[0]).containsExactly(0); // 1 - 2 + 1 - 0
    assertThat(a[2]).isEmpty();
  }

  @Test
  void anEqualModelGivesNoProcessReward() {
    float[] logProbs = new float[20];
    for (int t = 0; t < logProbs.length; t++) {
      logProbs[t] = (float) -Rng.uniform(3, t, 0, 0);
    }
    assertThat(PrimeRewards.process(logProbs, logProbs, 0.05)).containsOnly(0);
    assertThat(PrimeRewards.crossEntropy(0, 1)).isCloseTo(Math.log(2), within(1e-12));
    assertThat(PrimeRewards.crossEntropy(800, 0)).isEqualTo(800); // no overflow
  }

  @Test
  void pairsAreOfTheSamePrompt() {
    double[] scores = {2, 1, 0, 5, 5, 7};
    double[] outcomes = {1, 0, 0, 1, 0, Double.NaN};
    // 2 > 1, 2 > 0, and a tie
    assertThat(PrimeRewards.pairAccuracy(scores, outcomes, 3)).isCloseTo(2.5 / 3, within(1e-12));
    assertThat(PrimeRewards.pairAccuracy(scores, new double[6], 3)).isNaN();
  }
}
