package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.generate.Sampling;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.SamplerCorrection.Weights;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Samplers that are not the plain policy, in the loop.
@ExtendWith(LeakCheck.class)
class SamplerTest {
  private static final Sampling NUCLEUS = new Sampling(1, 0, 0.9, 0, 1);

  @TempDir private Path folder = Path.of("");

  private static RlConfig with(RlConfig c, Sampling sampling, int rounds) {
    return new RlConfig(
        c.steps(),
        c.promptsPerStep(),
        c.groupSize(),
        c.maxNewTokens(),
        sampling,
        c.algorithm(),
        rounds,
        c.optimizer(),
        c.compute());
  }

  private static RlConfig config(Algorithm algorithm, Sampling sampling) {
    return with(TinyRun.config(algorithm, 1, 4096), sampling, 1);
  }

  private static Prime prime() {
    Prime p = Prime.DEFAULT;
    return new Prime(p.beta(), 1, 0, 1, p.order(), 1, p.kl(), p.surrogate(), UpdateConfig.DEFAULT);
  }

  /// A filter keeps tokens of at least 0.9 of the probability, so that each has π_old / μ from 0.9
  /// to 1.
  @TestFactory
  Stream<DynamicTest> everyAlgorithmCorrectsAFilterByItself() {
    return Stream.of(
            Grpo.DEFAULT,
            Grpo.DEFAULT.with(GrpoLoss.Vespo.DEFAULT),
            Rloo.DEFAULT,
            ReinforcePlusPlus.DEFAULT,
            ReMax.DEFAULT,
            Ppo.DEFAULT,
            prime())
        .map(a ->
            DynamicTest.dynamicTest(
                a.toString(),
                () ->
                    new TinyRun(folder)
                        .train(
                            config(a, NUCLEUS),
                            TinyRun::digit,
                            (trainer, _) -> assertCorrected(trainer.step(0)))));
  }

  private static void assertCorrected(Metrics m) {
    assertThat(m.get("rollout_corr/rollout_is_mean")).isBetween(0.89, 0.999);
    assertThat(m.get("rollout_corr/rollout_is_min")).isGreaterThan(0.89);
    assertThat(m.get("rollout_corr/rollout_is_max")).isLessThan(1 + 1e-4);
    assertThat(m.get("rollout_corr/kl")).isPositive();
    assertThat(m.get("loss")).isFinite();
  }

  @Test
  void aPlainSamplerIsNotCorrectedAndCostsNoPass() {
    new TinyRun(folder)
        .train(
            config(Grpo.DEFAULT, Sampling.DEFAULT),
            TinyRun::digit,
            (trainer, _) ->
                assertThat(trainer.step(0).values().keySet())
                    .noneMatch(name -> name.startsWith("rollout_corr/")));
  }

  /// On policy the gradient is proportional to the weights: all cut to 1 they change nothing.
  @Test
  void weightsOfOneChangeNothing() {
    double[] norms = new double[2];
    List<SamplerCorrection> both =
        List.of(
            SamplerCorrection.NONE,
            new SamplerCorrection(Weights.TOKEN, 1, 1, SamplerCorrection.Rejection.NONE, 0, 2));
    for (int i = 0; i < 2; i++) {
      int n = i;
      Grpo grpo = Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(both.get(i)));
      new TinyRun(folder)
          .train(
              config(grpo, NUCLEUS),
              TinyRun::digit,
              (trainer, _) -> norms[n] = trainer.step(0).get("grad_norm"));
    }
    assertThat(norms[1]).isCloseTo(norms[0], within(1e-6));
  }

  @Test
  void aSamplerThatIsNotThePolicyIsNamedWithWhatIsMadeOfIt() {
    assertThat(config(Grpo.DEFAULT, Sampling.DEFAULT).samplerNote(SamplerPrecision.SAME)).isEmpty();
    assertThat(
            config(Grpo.DEFAULT, new Sampling(1, 20, 0.9, 0, 1.1))
                .samplerNote(SamplerPrecision.SAME))
        .contains(
            "completions are drawn with topK 20, topP 0.9, repetitionPenalty 1.1, which is not the"
                + " policy that is trained; tokens are weighed by the ratio of both, up to 2.0");
    Grpo bare = Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(SamplerCorrection.NONE));
    assertThat(config(bare, NUCLEUS).samplerNote(SamplerPrecision.SAME))
        .contains(
            "completions are drawn with topP 0.9, which is not the policy that is trained; nothing"
                + " corrects that (samplerCorrection: {weights: none})");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(bare, new Sampling(1, 0, 1, 0, 1.1)))
        .withMessageStartingWith("samplerCorrection.weights must be token or sequence");
  }

  @Test
  void groupsThatAreAllRightAreLeftOutWhateverElseRewardsPayFor() {
    Grpo mixed =
        Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(UpdateConfig.KeepGroups.MIXED_CORRECTNESS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(mixed, Sampling.DEFAULT))
        .withMessage(
            "samplingRounds must be above 1 with keepGroups mixed_correctness: with 1 no group is"
                + " left out, got 1");
    RlConfig config = with(TinyRun.config(Grpo.DEFAULT, 1, 4096), Sampling.DEFAULT, 3);
    RlConfig byCorrectness =
        new RlConfig(
            config.steps(),
            config.promptsPerStep(),
            config.groupSize(),
            config.maxNewTokens(),
            config.sampling(),
            mixed,
            3,
            config.optimizer(),
            config.compute());
    // Longer completions are paid more, so that no group's rewards are all the same.
    for (RlConfig c : List.of(config, byCorrectness)) {
      new TinyRun(folder)
          .train(
              c,
              r -> new dev.tesuji.reward.Judgement.Points(r.text().hashCode() % 1000),
              (trainer, _) -> {
                Metrics m = trainer.step(0);
                double flat =
                    m.get("env/all/by_group/frac_all_good")
                        + m.get("env/all/by_group/frac_all_bad");
                assertThat(flat).isPositive();
                assertThat(m.get("filtered") > 0).isEqualTo(c.equals(byCorrectness));
              });
    }
  }
}
