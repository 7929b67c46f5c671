package dev.tesuji.rl.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.json.Json;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.Policy;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Coefficients that change over a run.
class ControlTest {
  /// A completion of two tokens whose log π - log π_ref is 1 and 2.
  private static Batch batch() {
    TokenSequence text = TokenSequence.of(new int[] {0}, new int[] {1, 2});
    Batch batch =
        new Batch(List.of(new Sample(text, 5, true, true, new float[2])), 1, new double[0], 2);
    batch.setOld(0, new Policy.Scores(new float[] {-1, -1}, new float[2], new boolean[2], 0));
    batch.setReference(0, new float[] {-2, -3});
    return batch;
  }

  private static KlControl kl(KlConfig config, int steps) {
    return new KlControl(config.resolved(KlPenalty.Defaults.REWARD), steps);
  }

  @Test
  void aConstantCoefficientStays() {
    KlControl kl = kl(KlConfig.of(0.1), 3);
    for (int step = 0; step < 3; step++) {
      Metrics m = new Metrics();
      kl.begin(step, batch(), m);
      assertThat(kl.coefficient()).isEqualTo(0.1);
      assertThat(m.get("objective/kl")).isEqualTo(3); // 1 + 2
      assertThat(m.get("kl_coefficient")).isEqualTo(0.1);
    }
  }

  @Test
  void aLinearOneGoesFromTheFirstStepToTheLast() {
    KlControl kl = kl(new KlConfig(0.4, null, null, 0, 0.1), 4);
    double[] want = {0.4, 0.3, 0.2, 0.1, 0.1};
    for (int step = 0; step < want.length; step++) {
      kl.begin(step, batch(), new Metrics());
      assertThat(kl.coefficient()).isCloseTo(want[step], within(1e-12));
    }
  }

  /// KL 3 against a target of 6: e = clip(3 / 6 - 1, -0.2, 0.2) = -0.2, β ← 0.98 β, from the next
  /// step on.
  @Test
  void anAdaptedOneFollowsTheKlAndSurvivesACheckpoint() {
    KlConfig config = new KlConfig(0.1, null, null, 6, null);
    KlControl kl = kl(config, 10);
    kl.begin(0, batch(), new Metrics());
    assertThat(kl.coefficient()).isEqualTo(0.1);
    kl.begin(1, batch(), new Metrics());
    assertThat(kl.coefficient()).isCloseTo(0.098, within(1e-12));
    ObjectNode state = Json.MAPPER.createObjectNode();
    kl.putState(state);
    KlControl resumed = kl(config, 10);
    resumed.restore(state);
    resumed.begin(2, batch(), new Metrics());
    assertThat(resumed.coefficient()).isCloseTo(0.098 * 0.98, within(1e-12));
  }

  @Test
  void theKlCostsTheRewardOfATokenOrOfACompletion() {
    KlControl kl = kl(KlConfig.of(0.1), 1);
    kl.begin(0, batch(), new Metrics());
    assertThat(kl.perToken(batch(), 0, 5)).containsExactly(new double[] {-0.1, 4.8}, within(1e-12));
    assertThat(kl.perCompletion(batch())).containsExactly(new double[] {0.3}, within(1e-12));
    KlControl inLoss = kl(KlConfig.of(0.1, KlPlace.LOSS, KlEstimator.K2), 1);
    inLoss.begin(0, batch(), new Metrics());
    assertThat(inLoss.perToken(batch(), 0, 5)).containsExactly(0, 5);
    assertThat(inLoss.perCompletion(batch())).containsExactly(0);
  }

  @Test
  void estimatorsThatDoNotHoldWhereTheyStandAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl(KlConfig.of(0.1, KlPlace.LOSS, KlEstimator.K1), 1))
        .withMessage(
            "klEstimator must be k2, k3 or k3_plus in a loss: the gradient of k1 there does not hold"
                + " the policy (its mean is 0), got k1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl(KlConfig.of(0.1, KlPlace.REWARD, KlEstimator.K3_PLUS), 1))
        .withMessage(
            "klEstimator must be k1, k2 or k3 in a reward, of which no gradient is taken, got"
                + " k3_plus");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kl(new KlConfig(0.1, null, null, 6, 0.0), 1))
        .withMessage("klFinalCoefficient must be absent with klTarget, which adapts it, got 0.0");
  }

  @Test
  void aBonusForEntropyRisesWhileItIsWantedAndRestsWhileItIsNot() {
    EntropyControl entropy = new EntropyControl(new EntropyConfig(0.01, 1, 0.2, 0.005, 0.012));
    assertThat(entropy.bonus()).isEqualTo(0.01);
    Metrics m = new Metrics().put("entropy", 0.1);
    entropy.end(m);
    assertThat(m.get("entropy_coef")).isEqualTo(0.01);
    assertThat(entropy.bonus()).isEqualTo(0.012); // 0.015, at most 0.012
    entropy.end(new Metrics().put("entropy", 0.3));
    assertThat(entropy.bonus()).isZero(); // 0.007 once it is wanted again
    ObjectNode state = Json.MAPPER.createObjectNode();
    entropy.putState(state);
    EntropyControl resumed = new EntropyControl(new EntropyConfig(0.01, 1, 0.2, 0.005, 0.012));
    resumed.restore(state);
    assertThat(resumed.bonus()).isZero();
    resumed.end(new Metrics().put("entropy", 0.2));
    assertThat(resumed.bonus()).isCloseTo(0.007, within(1e-12));
  }

  @Test
  void aConstantBonusStays() {
    EntropyControl entropy = new EntropyControl(new EntropyConfig(0.01, 1));
    entropy.end(new Metrics().put("entropy", 0.1));
    entropy.end(new Metrics().put("entropy", 5));
    assertThat(entropy.bonus()).isEqualTo(0.01);
  }

  @Test
  void groupsAreKeptByRewardsOrByCorrectness() {
    double[] flat = {1, 1};
    double[] varied = {1, 0.9}; // both right, one longer
    assertThat(new GroupFilter.VariedRewards().keeps(flat, 0.5)).isFalse();
    assertThat(new GroupFilter.VariedRewards().keeps(varied, 1)).isTrue();
    assertThat(new GroupFilter.MixedCorrectness().keeps(varied, 1)).isFalse();
    assertThat(new GroupFilter.MixedCorrectness().keeps(varied, 0)).isFalse();
    assertThat(new GroupFilter.MixedCorrectness().keeps(varied, 0.5)).isTrue();
    assertThat(new GroupFilter.AnyReward().keeps(new double[] {Double.NaN}, 0)).isFalse();
  }
}
