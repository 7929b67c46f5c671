package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tesuji.generate.Sampling;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Samplers of another precision than the training's.
@ExtendWith(LeakCheck.class)
class SamplerPrecisionTest {
  private static final SamplerPrecision OTHER = new SamplerPrecision(Dtype.BFLOAT16, Dtype.FLOAT32);

  @TempDir private Path folder = Path.of("");

  /// Makes a model whose widths the kernels can round.
  @BeforeEach
  void makeModel() {
    new NewModel(1, 32, 32, 2, 1, 64).create(folder.resolve("model"), 5);
  }

  private static Metrics firstStep(TinyRun run, Algorithm algorithm) {
    Metrics step = new Metrics();
    run.train(
        TinyRun.config(algorithm, 1, 4096),
        TinyRun::digit,
        (trainer, _) -> step.putAll(trainer.step(0)));
    return step;
  }

  private TinyRun adapted(MatmulPrecision products) {
    return new TinyRun(
        folder,
        model -> {
          model.decoder().adapt(LoraConfig.DEFAULT, 1);
          products.apply(model.decoder());
        });
  }

  private static void assumeRounding() {
    assumeTrue(Kernels.available(Dtype.BFLOAT16), "this machine has no products in bfloat16");
  }

  @Test
  void adaptersAreDrawnWithRoundedProductsAndTrainedWithoutSoThatTokensAreWeighed() {
    assumeRounding();
    try (LoadedModel model = adapted(MatmulPrecision.BFLOAT16).model()) {
      assertThat(SamplerPrecision.of(model.decoder(), RolloutPrecision.SAME)).isEqualTo(OTHER);
    }
    Metrics m = firstStep(adapted(MatmulPrecision.BFLOAT16), Grpo.DEFAULT);
    assertThat(m.get("rollout_corr/rollout_is_mean")).isBetween(0.9, 1.1);
    assertThat(m.get("rollout_corr/rollout_is_std")).isPositive();
    assertThat(m.get("sampling/sampling_logp_difference/max")).isGreaterThan(1e-5);
  }

  @Test
  void whatComputesAlikeIsNotCorrected() {
    for (MatmulPrecision products : MatmulPrecision.values()) {
      TinyRun plain = new TinyRun(folder, model -> products.apply(model.decoder()));
      try (LoadedModel model = plain.model()) {
        assertThat(SamplerPrecision.of(model.decoder(), RolloutPrecision.SAME).isSame()).isTrue();
      }
      assertThat(firstStep(plain, Grpo.DEFAULT).values().keySet())
          .noneMatch(name -> name.startsWith("rollout_corr/"));
    }
    assertThat(firstStep(adapted(MatmulPrecision.FLOAT32), Grpo.DEFAULT).values().keySet())
        .noneMatch(name -> name.startsWith("rollout_corr/"));
  }

  @Test
  void itIsSaidAtTheStartWithWhatIsMadeOfIt() {
    RlConfig config = TinyRun.config(Grpo.DEFAULT, 1, 4096);
    assertThat(config.sampling()).isEqualTo(Sampling.DEFAULT);
    assertThat(config.samplerNote(SamplerPrecision.SAME)).isEmpty();
    assertThat(config.samplerNote(OTHER))
        .contains(
            "completions are drawn with products in bfloat16 (float32 in training), which is not"
                + " the policy that is trained; tokens are weighed by the ratio of both, up to 2.0");
    Grpo bare = Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(SamplerCorrection.NONE));
    assertThat(TinyRun.config(bare, 1, 4096).samplerNote(OTHER).orElseThrow())
        .endsWith("nothing corrects that (samplerCorrection: {weights: none})");
  }

  private static RlConfig inEightBits(Algorithm algorithm) {
    RlConfig plain = TinyRun.config(algorithm, 1, 4096);
    return new RlConfig(
        plain.steps(),
        plain.promptsPerStep(),
        plain.groupSize(),
        plain.maxNewTokens(),
        plain.sampling(),
        algorithm,
        plain.samplingRounds(),
        plain.optimizer(),
        new ComputeConfig(4096, false, 0, 0, MatmulPrecision.FLOAT32, RolloutPrecision.INT8));
  }

  private static void assumeBytes(TinyRun run) {
    try (LoadedModel model = run.model()) {
      assumeTrue(model.decoder().compute().takesEightBits(), "no products of bytes here");
    }
  }

  @Test
  void rolloutsInEightBitsAreMeasuredAndWeighed() {
    TinyRun run = new TinyRun(folder);
    assumeBytes(run);
    Metrics m = new Metrics();
    run.train(inEightBits(Grpo.DEFAULT), TinyRun::digit, (t, _) -> m.putAll(t.step(0)));
    assertThat(m.get("rollout_corr/rollout_is_mean")).isBetween(0.95, 1.05);
    assertThat(m.get("rollout_corr/rollout_is_std")).isPositive();
    assertThat(m.get("sampling/sampling_logp_difference/max")).isBetween(1e-5, 0.1);
  }

  @Test
  void rolloutsInEightBitsLearn() {
    TinyRun run = new TinyRun(folder);
    assumeBytes(run);
    double[] ends = new double[2];
    run.train(
        inEightBits(Grpo.DEFAULT),
        TinyRun::digit,
        (trainer, _) -> {
          for (int step = 0; step < 40; step++) {
            Metrics m = trainer.step(step);
            if (step < 4) {
              ends[0] += m.get("reward") / 4;
            } else if (step >= 36) {
              ends[1] += m.get("reward") / 4;
            }
          }
        });
    assertThat(ends[1]).isGreaterThan(ends[0] + 0.2);
  }

  @Test
  void roundingToEightBitsIsSaidAtTheStart() {
    SamplerPrecision bytes = new SamplerPrecision(Dtype.FLOAT32, Dtype.FLOAT32, true);
    assertThat(bytes.isSame()).isFalse();
    assertThat(TinyRun.config(Grpo.DEFAULT, 1, 4096).samplerNote(bytes))
        .contains(
            "completions are drawn with products in int8 (float32 in training), which is not the"
                + " policy that is trained; tokens are weighed by the ratio of both, up to 2.0");
  }

  @Test
  void theUserMayLeaveItUncorrected() {
    assumeRounding();
    Grpo bare = Grpo.DEFAULT.with(UpdateConfig.DEFAULT.with(SamplerCorrection.NONE));
    assertThat(firstStep(adapted(MatmulPrecision.BFLOAT16), bare).values().keySet())
        .noneMatch(name -> name.startsWith("rollout_corr/"));
  }
}
