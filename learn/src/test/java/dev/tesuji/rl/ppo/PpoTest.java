package dev.tesuji.rl.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.KlPlace;
import dev.tesuji.rl.grpo.GroupAdvantages;
import dev.tesuji.rl.grpo.Grpo.Scaling;
import org.junit.jupiter.api.Test;

class PpoTest {
  @Test
  void advantagesAreWhatATokenAddsToTheExpectation() {
    // γ 1, λ 1/2, V = 1, 2, 0, r = 0, 0, 3: δ = 1, -2, 3; A = 1 - 1/4, -2 + 3/2, 3
    PpoLoss.Estimate e = PpoLoss.estimate(new double[] {0, 0, 3}, new float[] {1, 2, 0}, 1, 0.5);
    assertThat(e.advantages()).containsExactly(0.75f, -0.5f, 3);
    assertThat(e.returns()).containsExactly(1.75f, 1.5f, 3);
  }

  @Test
  void withLambdaOneAdvantagesAreReturnsMinusValues() {
    for (long seed = 0; seed < 20; seed++) {
      int n = 1 + Rng.below(30, seed, 0, 0, 0);
      double gamma = Rng.uniform(seed, 1, 0, 0);
      double[] rewards = new double[n];
      float[] values = new float[n];
      for (int t = 0; t < n; t++) {
        rewards[t] = Rng.uniform(seed, 2, t, 0) - 0.5;
        values[t] = (float) Rng.uniform(seed, 3, t, 0);
      }
      PpoLoss.Estimate e = PpoLoss.estimate(rewards, values, gamma, 1);
      double running = 0;
      for (int t = n - 1; t >= 0; t--) {
        running = rewards[t] + gamma * running;
        assertThat((double) e.returns()[t]).as("seed " + seed).isCloseTo(running, within(1e-5));
        assertThat((double) e.advantages()[t])
            .as("seed " + seed)
            .isCloseTo(running - values[t], within(1e-5));
      }
    }
  }

  /// A bandit of three arms, whose groups can all be enumerated: GRPO without scaling is PPO with a
  /// perfect critic, times (G - 1) / G. The missing share is its only bias: each completion is in
  /// its own baseline.
  @Test
  void withAPerfectCriticPpoAndGrpoAgreeInExpectation() {
    double[] policy = {0.5, 0.3, 0.2};
    double[] rewards = {0, 1, 0.25};
    int group = 3;
    double expected = 0.5 * 0 + 0.3 * 1 + 0.2 * 0.25;
    double[] ppo = new double[3];
    for (int arm = 0; arm < 3; arm++) {
      float advantage =
          PpoLoss.estimate(new double[] {rewards[arm]}, new float[] {(float) expected}, 1, 1)
              .advantages()[0];
      addGradient(ppo, policy, arm, policy[arm] * advantage);
    }
    double[] grpo = new double[3];
    for (int draw = 0; draw < 27; draw++) {
      int[] arms = {draw % 3, draw / 3 % 3, draw / 9};
      double chance = policy[arms[0]] * policy[arms[1]] * policy[arms[2]];
      double[] drawn = {rewards[arms[0]], rewards[arms[1]], rewards[arms[2]]};
      double[] advantages = GroupAdvantages.of(drawn, group, Scaling.NONE);
      for (int i = 0; i < group; i++) {
        addGradient(grpo, policy, arms[i], chance * advantages[i] / group);
      }
    }
    for (int arm = 0; arm < 3; arm++) {
      assertThat(grpo[arm]).isCloseTo(ppo[arm] * (group - 1) / group, within(1e-7));
    }
    // 0.3 (1 - 0.35): the second arm is the best
    assertThat(ppo[1]).isCloseTo(0.195, within(1e-7));
  }

  /// Adds weight ∂ log π(arm) / ∂ logits = weight ([k = arm] - π_k).
  private static void addGradient(double[] gradient, double[] policy, int arm, double weight) {
    for (int k = 0; k < gradient.length; k++) {
      gradient[k] += weight * ((k == arm ? 1 : 0) - policy[k]);
    }
  }

  @Test
  void theCoefficientFollowsTheKl() {
    assertThat(KlControl.adapted(0.1, 12, 6)).isCloseTo(0.102, within(1e-12));
    assertThat(KlControl.adapted(0.1, 0, 6)).isCloseTo(0.098, within(1e-12));
    assertThat(KlControl.adapted(0.1, 6.6, 6)).isCloseTo(0.101, within(1e-12));
  }

  @Test
  void aCriticThatTellsTheMeanExplainsNothing() {
    float[] returns = {1, 0, 0, 1};
    assertThat(PpoLoss.explainedVariance(new float[] {0.5f, 0.5f, 0.5f, 0.5f}, returns)).isZero();
    assertThat(PpoLoss.explainedVariance(returns, returns)).isEqualTo(1);
    assertThat(PpoLoss.explainedVariance(returns, new float[4])).isNaN();
  }

  @Test
  void aTargetWithoutAKlTermIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ppo.Kl(0, KlEstimator.K1, KlPlace.REWARD, 6, null))
        .withMessage(
            "target must be 0 without a KL term (coefficient 0): there is nothing to adapt, got"
                + " 6.0");
  }
}
