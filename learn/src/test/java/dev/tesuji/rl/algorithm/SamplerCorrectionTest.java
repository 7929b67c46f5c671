package dev.tesuji.rl.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.generate.Sampling;
import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.SamplerCorrection.Rejection;
import dev.tesuji.rl.algorithm.SamplerCorrection.Weights;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerCorrectionTest {
  private static final float[] OLD = {0, 0};

  /// Ratios 2 and 3: product 6, geometric mean √6 = 2.45.
  private static final float[] SAMPLER = {(float) -Math.log(2), (float) -Math.log(3)};

  private static double[] weights(Weights weights, double low, double high, float[] sampler) {
    return new SamplerCorrection(weights, low, high, Rejection.NONE, 0, 2)
        .factors(OLD, sampler)
        .weights();
  }

  private static double[] kept(Rejection rejection, double below, double above) {
    return new SamplerCorrection(Weights.NONE, 0, 2, rejection, below, above)
        .factors(OLD, SAMPLER)
        .kept();
  }

  @Test
  void weightsAreRatiosOfTokensOrProductsWithinBothBounds() {
    assertThat(weights(Weights.NONE, 0, 2.5, SAMPLER)).containsExactly(1, 1);
    assertThat(weights(Weights.TOKEN, 0, 2.5, SAMPLER))
        .containsExactly(new double[] {2, 2.5}, within(1e-6));
    assertThat(weights(Weights.SEQUENCE, 0, 7, SAMPLER))
        .containsExactly(new double[] {6, 6}, within(1e-5));
    assertThat(weights(Weights.SEQUENCE, 0, 2.5, SAMPLER)).containsExactly(2.5, 2.5);
    float[] likely = {(float) Math.log(4), (float) Math.log(2)}; // ratios 1/4 and 1/2
    assertThat(weights(Weights.TOKEN, 0.3, 2, likely))
        .containsExactly(new double[] {0.3, 0.5}, within(1e-6));
    assertThat(weights(Weights.SEQUENCE, 0.2, 2, likely)).containsExactly(0.2, 0.2);
  }

  @Test
  void whatLeavesTheRangeIsLeftOut() {
    assertThat(kept(Rejection.NONE, 0, 1.5)).containsExactly(1, 1);
    assertThat(kept(Rejection.TOKEN, 0, 2.5)).containsExactly(1, 0);
    assertThat(kept(Rejection.SEQUENCE, 0, 5.9)).containsExactly(0, 0);
    assertThat(kept(Rejection.SEQUENCE, 0, 6.1)).containsExactly(1, 1);
    assertThat(kept(Rejection.GEOMETRIC, 0, 2.44)).containsExactly(0, 0);
    assertThat(kept(Rejection.GEOMETRIC, 0, 2.46)).containsExactly(1, 1);
    SamplerCorrection below = new SamplerCorrection(Weights.NONE, 0, 2, Rejection.TOKEN, 0, 3);
    float[] likely = {(float) Math.log(4), (float) Math.log(2)};
    assertThat(below.factors(OLD, likely).kept()).containsExactly(0, 1); // 1/4 < 1/3 < 1/2
    SamplerCorrection given = new SamplerCorrection(Weights.NONE, 0, 2, Rejection.TOKEN, 0.2, 3);
    assertThat(given.factors(OLD, likely).kept()).containsExactly(1, 1);
  }

  @Test
  void aPlainSamplerNeedsNoneAndAnyOtherIsCorrectedByTokens() {
    assertThat(SamplerCorrection.DEFAULT.resolved(Sampling.DEFAULT).isOn()).isFalse();
    for (Sampling other :
        List.of(
            new Sampling(1, 0, 0.9, 0, 1),
            new Sampling(1, 20, 1, 0, 1),
            new Sampling(1, 0, 1, 0.05, 1),
            new Sampling(1, 0, 1, 0, 1.1))) {
      assertThat(SamplerCorrection.DEFAULT.resolved(other).weights()).isEqualTo(Weights.TOKEN);
    }
    assertThat(SamplerCorrection.NONE.resolved(new Sampling(1, 0, 0.9, 0, 1)).isOn()).isFalse();
    assertThat(SamplerCorrection.of(Weights.SEQUENCE, 3).resolved(Sampling.DEFAULT).weights())
        .isEqualTo(Weights.SEQUENCE);
  }

  @Test
  void aPenaltyWithoutCorrectionIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SamplerCorrection.NONE.resolved(new Sampling(1, 0, 1, 0, 1.1)))
        .withMessage(
            "samplerCorrection.weights must be token or sequence with a repetition penalty, which"
                + " draws from another distribution than the one that is trained, got none");
  }

  /// Two completions of two tokens. The first has ratios 2 and 3, the second 1 and 1/2.
  @Test
  void theDistanceIsMeasuredUnderVerlsNames() {
    float[] second = {0, (float) Math.log(2)};
    TokenSequence text = TokenSequence.of(new int[] {0}, new int[] {1, 2});
    Batch batch =
        new Batch(
            List.of(
                new Sample(text, 0, false, true, SAMPLER),
                new Sample(text, 0, false, true, second)),
            2,
            new double[0],
            2);
    for (int i = 0; i < 2; i++) {
      batch.setOld(i, new Policy.Scores(OLD, new float[2], new boolean[2], 0));
    }
    Metrics m = new Metrics();
    batch.correct(new SamplerCorrection(Weights.TOKEN, 0, 2.5, Rejection.SEQUENCE, 0, 3), m);
    // weights 2, 2.5, 1, 0.5: mean 1.5, squares 4 + 6.25 + 1 + 0.25 = 11.5
    check(m, "rollout_is_mean", 1.5);
    check(m, "rollout_is_std", Math.sqrt(11.5 / 4 - 2.25));
    check(m, "rollout_is_min", 0.5);
    check(m, "rollout_is_max", 2.5);
    check(m, "rollout_is_eff_sample_size", 2.25 / (11.5 / 4));
    check(m, "rollout_is_ratio_fraction_high", 0.25);
    check(m, "rollout_is_ratio_fraction_low", 0);
    check(m, "rollout_rs_masked_fraction", 0.5); // 6 > 3; 1/2 stays
    check(m, "rollout_rs_seq_masked_fraction", 0.5);
    // KL(μ ‖ π): the mean of log μ - log π = -(ln 2 + ln 3 + 0 - ln 2) / 4
    check(m, "kl", -Math.log(3) / 4);
    check(m, "k3_kl", (2 + 3 + 1 + 0.5 - Math.log(3)) / 4 - 1);
    check(m, "chi2_token", (4 + 9 + 1 + 0.25) / 4 - 1);
    check(m, "chi2_seq", (36 + 0.25) / 2 - 1);
    check(m, "training_ppl", 1);
    check(m, "rollout_ppl", (Math.sqrt(6) + Math.sqrt(0.5)) / 2);
    check(m, "log_ppl_diff", -(Math.log(6) - Math.log(2)) / 4);
    check(m, "log_ppl_abs_diff", (Math.log(6) + Math.log(2)) / 4);
    check(m, "ppl_ratio", (1 / Math.sqrt(6) + Math.sqrt(2)) / 2);
  }

  private static void check(Metrics m, String name, double want) {
    assertThat(m.get("rollout_corr/" + name)).as(name).isCloseTo(want, within(1e-6));
  }
}
