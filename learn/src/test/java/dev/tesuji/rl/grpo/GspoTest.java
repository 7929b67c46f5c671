package dev.tesuji.rl.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.Policy;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPlace;
import dev.tesuji.rl.algorithm.LossFactors;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GspoTest {
  private static Grpo grpo(GrpoLoss loss, Ratio.Level level, Grpo.Reference reference, double kl) {
    return Grpo.DEFAULT
        .with(loss)
        .with(new Ratio(level, 0))
        .with(KlConfig.of(kl), reference)
        .with(UpdateConfig.of(2, 1));
  }

  /// A loss and its gradient.
  private record Outcome(double loss, double[] gradient) {}

  private static Outcome run(Grpo grpo, int tokens, long seed) {
    int n = 8;
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      TokenSequence text = TokenSequence.of(new int[] {0}, new int[tokens]);
      samples.add(new Sample(text, 0, false, true, new float[tokens]));
    }
    Batch batch = new Batch(samples, n, new double[0], 10);
    float[][] advantages = new float[n][tokens];
    Map<Integer, Policy.Scores> ahead = new HashMap<>();
    double[] all = new double[n * tokens];
    for (int i = 0; i < n; i++) {
      java.util.Arrays.fill(advantages[i], (float) Rng.uniform(seed, 1, i, 0) - 0.5f);
      float[] now = new float[tokens];
      float[] old = new float[tokens];
      for (int t = 0; t < tokens; t++) {
        now[t] = (float) -Rng.uniform(seed, 2, i, t);
        old[t] = (float) (now[t] + Rng.uniform(seed, 3, i, t) - 0.5);
        all[i * tokens + t] = now[t];
      }
      ahead.put(i, new Policy.Scores(now, new float[tokens], new boolean[tokens], 0));
      batch.setOld(i, new Policy.Scores(old, new float[tokens], new boolean[tokens], 0));
    }
    int[] members = IntStream.range(0, n).toArray();
    Update.Counts counts = new Update.Counts(n, n * tokens, n * tokens, 10);
    Update update = new Update(batch, members, advantages, counts, false, ahead);
    try (Scope _ = Scope.open()) {
      PolicyLoss loss = new GrpoObjective(grpo, 1).loss(update, members, new MetricAccumulator());
      Tensor leaf = Tensor.of(all, all.length).requiresGrad(true);
      Tensor value = loss.of(new Policy.Tokens(leaf, leaf.detach(), 0));
      value.backward();
      return new Outcome(value.item(), leaf.grad().toDoubles());
    }
  }

  static List<GrpoLoss> lossesOfRatios() {
    return List.of(
        GrpoLoss.Grpo.DEFAULT,
        GrpoLoss.Bnpo.DEFAULT,
        GrpoLoss.DrGrpo.DEFAULT,
        GrpoLoss.Dapo.DEFAULT,
        GrpoLoss.Cispo.DEFAULT,
        GrpoLoss.Sapo.DEFAULT,
        GrpoLoss.Luspo.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("lossesOfRatios")
  void gspoEqualsGrpoForCompletionsOfOneToken(GrpoLoss type) {
    for (long seed = 0; seed < 10; seed++) {
      Outcome token = run(grpo(type, Ratio.Level.TOKEN, Grpo.Reference.DEFAULT, 0), 1, seed);
      Outcome sequence = run(grpo(type, Ratio.Level.SEQUENCE, Grpo.Reference.DEFAULT, 0), 1, seed);
      assertThat(sequence.loss()).as("seed " + seed).isCloseTo(token.loss(), within(1e-6));
      assertThat(sequence.gradient())
          .as("seed " + seed)
          .containsExactly(token.gradient(), within(1e-6));
    }
  }

  @Test
  void forLongerOnesItDoesNot() {
    Outcome token =
        run(grpo(GrpoLoss.Grpo.DEFAULT, Ratio.Level.TOKEN, Grpo.Reference.DEFAULT, 0), 3, 1);
    Outcome sequence =
        run(grpo(GrpoLoss.Grpo.DEFAULT, Ratio.Level.SEQUENCE, Grpo.Reference.DEFAULT, 0), 3, 1);
    assertThat(sequence.loss()).isNotCloseTo(token.loss(), within(1e-3));
  }

  @Test
  void theSmoothWeightIsOneOnPolicyAndFallsToBothSides() {
    float[] now = {-1};
    // k 2, λ 3: φ(2) = e³ · 4 · e⁻⁶, φ(1/2) = e³ / 4 · e^(-3/2)
    GrpoLoss.Vespo vespo = GrpoLoss.Vespo.DEFAULT;
    assertThat(vespo.weight(1, now, now, new double[0])).isEqualTo(1);
    float[] half = {(float) (-1 - Math.log(2))};
    assertThat(vespo.weight(1, now, half, new double[0])).isCloseTo(4 * Math.exp(-3), within(1e-5));
    assertThat(vespo.weight(1, half, now, new double[0]))
        .isCloseTo(Math.exp(1.5) / 4, within(1e-5));
    // with π_old / π_sampler = 1/2 beside π / π_old = 2, w is 1 again
    assertThat(vespo.weight(1, now, half, new double[] {0.5})).isCloseTo(1, within(1e-5));
  }

  @Test
  void theTopShareIsFoundByInterpolation() {
    float[] entropies = {4, 1, 3, 2, 0};
    assertThat(LossFactors.quantile(entropies, 0.5)).isEqualTo(2);
    assertThat(LossFactors.quantile(entropies, 0.3)).isCloseTo(2.8, within(1e-12));
  }

  @Test
  void onlyBadCompletionsThatThePolicyHasLeftAreMasked() {
    float[] now = {-2, -2};
    float[] old = {-1, -1.5f}; // mean of log π_old - log π: 0.75
    assertThat(new Ratio(Ratio.Level.TOKEN, 0.7).keeps(-1, now, old)).isFalse();
    assertThat(new Ratio(Ratio.Level.TOKEN, 0.8).keeps(-1, now, old)).isTrue();
    assertThat(new Ratio(Ratio.Level.TOKEN, 0.7).keeps(1, now, old)).isTrue();
  }

  private static UpdateConfig bySequence() {
    return UpdateConfig.DEFAULT.with(SamplerCorrection.of(SamplerCorrection.Weights.SEQUENCE, 2));
  }

  @Test
  void keysThatContradictEachOtherAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Grpo.DEFAULT.with(
                KlConfig.of(0.1, KlPlace.LOSS, KlEstimator.K2), new Grpo.Reference(0, true)))
        .withMessage(
            "reference.correctBias must be false but for klEstimator k3 in the loss, whose estimate"
                + " it makes unbiased, got true");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Grpo.DEFAULT.with(GrpoLoss.Vespo.DEFAULT).with(bySequence()))
        .withMessage(
            "samplerCorrection.weights must be token with loss vespo, which multiplies them over the"
                + " sequence by itself, got sequence");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> grpo(GrpoLoss.Dapo.DEFAULT, Ratio.Level.TOKEN, new Grpo.Reference(400, false), 0))
        .withMessage(
            "reference.replaceEvery must be 0 without a KL term (klCoefficient 0): there is no"
                + " reference to replace, got 400");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            grpo(GrpoLoss.Dapo.DEFAULT, Ratio.Level.SEQUENCE, new Grpo.Reference(0, true), 0.1))
        .withMessage(
            "reference.correctBias must be false with ratio.level sequence: the correction is"
                + " defined per token, got true");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> grpo(GrpoLoss.Vespo.DEFAULT, Ratio.Level.SEQUENCE, Grpo.Reference.DEFAULT, 0))
        .withMessage(
            "ratio.level must be token with loss vespo, which takes the ratio of the sequence by"
                + " itself, got sequence");
  }
}
