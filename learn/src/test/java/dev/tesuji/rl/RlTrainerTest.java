package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.answer.Verdict;
import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.Grpo.Scaling;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class RlTrainerTest {
  private static final Grpo ON_POLICY = Grpo.DEFAULT;

  @TempDir private Path folder = Path.of("");

  private TinyRun run() {
    return new TinyRun(folder);
  }

  private static RlConfig config(Algorithm algorithm, int rounds, int tokens) {
    return TinyRun.config(algorithm, rounds, tokens);
  }

  private void train(RlConfig config, Reward reward, TinyRun.Body body) {
    run().train(config, reward, body);
  }

  private static Grpo grpo(double clipHigh, double kl, int epochs, int parts) {
    double clipLow = clipHigh < 0.01 ? clipHigh : 0.2;
    return Grpo.DEFAULT
        .with(new GrpoLoss.Dapo(new ClippedSurrogate(clipLow, clipHigh)))
        .with(KlConfig.of(kl), Grpo.Reference.DEFAULT)
        .with(UpdateConfig.of(epochs, parts));
  }

  static List<GrpoLoss> losses() {
    return List.of(
        GrpoLoss.Grpo.DEFAULT,
        GrpoLoss.Bnpo.DEFAULT,
        GrpoLoss.DrGrpo.DEFAULT,
        GrpoLoss.Dapo.DEFAULT,
        GrpoLoss.Cispo.DEFAULT,
        GrpoLoss.Sapo.DEFAULT,
        GrpoLoss.Luspo.DEFAULT,
        GrpoLoss.Vespo.DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossTypeLearnsABandit(GrpoLoss loss) {
    train(
        config(Grpo.DEFAULT.with(loss), 1, 4096),
        TinyRun::digit,
        (trainer, _) -> {
          double first = 0;
          double last = 0;
          for (int step = 0; step < 60; step++) {
            double reward = trainer.step(step).get("reward");
            first += step < 10 ? reward / 10 : 0;
            last += step >= 50 ? reward / 10 : 0;
          }
          assertThat(first).isLessThan(0.5);
          assertThat(last).isGreaterThan(0.9);
        });
  }

  @Test
  void onPolicyTheRatioIsOneAndSamplerAndTrainerAgree() {
    train(
        config(ON_POLICY, 1, 4096),
        TinyRun::digit,
        (trainer, _) -> {
          for (int step = 0; step < 5; step++) {
            Metrics m = trainer.step(step);
            assertThat(m.get("clip_ratio/region_mean")).isZero();
            assertThat(m.get("sampling/sampling_logp_difference/max")).isLessThan(1e-4);
          }
        });
  }

  @Test
  void aStepDoesNotDependOnTheSplitIntoMicroBatches() {
    List<float[]> weights = new ArrayList<>();
    for (int tokens : new int[] {4096, 64, 1}) {
      train(
          config(ON_POLICY, 1, tokens),
          r -> new Judgement.Points(r.tokens() + r.text().length()),
          (trainer, model) -> {
            trainer.step(0);
            weights.add(flat(model));
          });
    }
    // Adam divides by the gradient's size, so rounding can show where a gradient is nearly 0.
    for (float[] w : weights) {
      for (int i = 0; i < w.length; i++) {
        assertThat(Math.abs(w[i] - weights.getFirst()[i])).isLessThan(1e-4f);
      }
    }
  }

  static float[] flat(LoadedModel model) {
    List<Tensor> all = new ArrayList<>();
    for (Parameter p : model.decoder().parameters()) {
      all.add(p.tensor().detach().reshape(p.tensor().elements()));
    }
    return Tensor.cat(all, 0).toFloats();
  }

  @Test
  void everyCompletionIsAccountedFor() {
    Reward moody =
        r ->
            switch (r.text().hashCode() & 3) {
              case 0 -> new Judgement.Withheld(Verdict.TIME_OUT);
              case 1 -> throw new IllegalStateException("a bug in the rule");
              default -> new Judgement.Points(r.text().hashCode() & 1);
            };
    Grpo masked =
        Grpo.DEFAULT
            .with(new GrpoLoss.Grpo(ClippedSurrogate.DEFAULT))
            .with(Scaling.BATCH)
            .with(new UpdateConfig(1, 1, true));
    train(
        config(masked, 2, 4096),
        moody,
        (trainer, _) -> {
          for (int step = 0; step < 4; step++) {
            Metrics m = trainer.step(step);
            double dropped =
                m.values().entrySet().stream()
                    .filter(e -> e.getKey().startsWith("dropped/"))
                    .mapToDouble(java.util.Map.Entry::getValue)
                    .sum();
            assertThat(m.get("trained") + m.get("filtered") + dropped)
                .isEqualTo(m.get("generated"));
            assertThat(m.get("dropped/time_out")).isPositive();
            assertThat(m.get("dropped/verifier_error")).isPositive();
          }
        });
  }

  @Test
  void flatGroupsAreReplacedWhenAsked() {
    train(
        config(ON_POLICY, 3, 4096),
        r -> new Judgement.Points(r.problem().id() % 4 == 0 ? r.text().length() : 1),
        (trainer, _) -> {
          Metrics m = trainer.step(0);
          assertThat(m.get("filtered")).isPositive();
          assertThat(m.get("generated")).isGreaterThan(32);
          assertThat(trainer.state().path("position").asInt())
              .isEqualTo((int) m.get("generated") / 8);
        });
  }

  @Test
  void aStepWithoutAnySignalChangesNothing() {
    train(
        config(ON_POLICY, 1, 4096),
        _ -> new Judgement.Points(1),
        (trainer, model) -> {
          float[] before = flat(model);
          Metrics m = trainer.step(0);
          assertThat(m.get("frac_reward_zero_std")).isEqualTo(1);
          assertThat(flat(model)).containsExactly(before);
        });
  }

  @Test
  void aReferenceHoldsThePolicyBack() {
    List<Double> kl = new ArrayList<>();
    for (double coefficient : new double[] {1e-9, 5}) {
      train(
          config(grpo(0.28, coefficient, 1, 1), 1, 4096),
          TinyRun::digit,
          (trainer, _) -> {
            assertThat(trainer.step(0).get("kl")).isLessThan(1e-6); // the policy is the reference
            double last = 0;
            for (int step = 1; step < 30; step++) {
              last = trainer.step(step).get("kl");
            }
            kl.add(last);
          });
    }
    assertThat(kl.get(1)).isLessThan(kl.get(0) / 2);
  }

  @Test
  void adaptersLearnWhileTheirBaseStaysAndIsTheReference() {
    RewardMix mix =
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("rule", 1, TinyRun::digit)));
    try (LoadedModel model = run().model();
        Grader grader = new Grader(mix, Duration.ofSeconds(10))) {
      sharpenHead(model); // the fresh one is too small for frozen weights to decide anything
      float[] base = flat(model);
      model.decoder().adapt(new LoraConfig(8, 32, 0.1, List.of("all-linear"), false), 3);
      RlConfig config = config(grpo(0.28, 1e-3, 1, 1), 1, 4096);
      try (RlTrainer trainer =
          new RlTrainer(model, run().parts(model, grader, null, null), config, 9)) {
        double first = 0;
        double last = 0;
        double kl = 0;
        for (int step = 0; step < 60; step++) {
          Metrics m = trainer.step(step);
          first += step < 10 ? m.get("reward") / 10 : 0;
          last += step >= 50 ? m.get("reward") / 10 : 0;
          kl = m.get("kl");
        }
        assertThat(first).isLessThan(0.85);
        assertThat(last).isGreaterThan(0.95);
        assertThat(kl).isPositive();
        assertThat(flat(model)).containsExactly(base);
      }
    }
  }

  private static void sharpenHead(LoadedModel model) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      for (Parameter p : model.decoder().parameters()) {
        if (p.parts().getFirst().name().equals("lm_head.weight")) {
          p.tensor().mul_(30);
        }
      }
    }
  }

  @Test
  void severalPassesLeaveTheOldPolicyAndClip() {
    Grpo grpo = grpo(1e-4, 0, 3, 2);
    train(
        config(grpo, 1, 4096),
        TinyRun::digit,
        (trainer, _) -> {
          Metrics m = trainer.step(0);
          assertThat(m.get("clip_ratio/region_mean")).isPositive();
          assertThat(trainer.state().path("updates").asInt()).isEqualTo(6);
        });
  }

  @Test
  void aRunThatIsResumedEqualsOneThatWasNot() {
    List<float[]> weights = new ArrayList<>();
    train(
        config(ON_POLICY, 1, 4096),
        TinyRun::digit,
        (trainer, model) -> {
          for (int step = 0; step < 6; step++) {
            trainer.step(step);
            if (step == 2) {
              trainer.save(folder.resolve("saved"));
              weights.add(new float[] {trainer.state().path("position").asInt()});
            }
          }
          weights.add(flat(model));
        });
    train(
        config(ON_POLICY, 1, 4096),
        TinyRun::digit,
        (trainer, model) -> {
          trainer.restore(
              folder.resolve("saved"),
              trainer
                  .state()
                  .put("step", 3)
                  .put("position", (long) weights.getFirst()[0])
                  .put("updates", 3));
          for (int step = 3; step < 6; step++) {
            trainer.step(step);
          }
          assertThat(flat(model)).containsExactly(weights.getLast());
        });
  }
}
