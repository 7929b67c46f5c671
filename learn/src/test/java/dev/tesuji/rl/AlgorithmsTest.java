package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.reward.Judgement;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.Grpo.LossType;
import dev.tesuji.rl.grpo.Ratio;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.run.Metrics;
import dev.tesuji.tensor.LeakCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Every algorithm in the one loop.
@ExtendWith(LeakCheck.class)
class AlgorithmsTest {
  @TempDir private Path folder = Path.of("");

  private record Case(String name, Algorithm algorithm, int group) {}

  private static Grpo grpo(LossType loss, Ratio ratio, Grpo.Reference reference, double share) {
    return new Grpo(
        loss,
        Grpo.Scaling.GROUP,
        ratio,
        0.2,
        0.28,
        reference.equals(Grpo.Reference.DEFAULT) ? 0 : 1e-3,
        KlEstimator.K3,
        reference,
        new Grpo.Entropy(share < 1 ? 1e-4 : 0, share),
        2,
        2,
        false);
  }

  private static List<Case> cases() {
    Ratio sequence =
        new Ratio(Ratio.Level.SEQUENCE, 3, 0, Ratio.Sampler.NONE, 3, Ratio.Soft.DEFAULT);
    Ratio careful =
        new Ratio(Ratio.Level.TOKEN, 4, 0.5, Ratio.Sampler.SEQUENCE_MASK, 3, Ratio.Soft.DEFAULT);
    return List.of(
        new Case("gspo", grpo(LossType.GRPO, sequence, Grpo.Reference.DEFAULT, 1), 8),
        new Case("vespo", grpo(LossType.VESPO, Ratio.DEFAULT, Grpo.Reference.DEFAULT, 1), 8),
        new Case("careful", grpo(LossType.DAPO, careful, new Grpo.Reference(3, true), 0.9), 8),
        new Case("rloo", Rloo.DEFAULT, 8),
        new Case("rloo, off policy", new Rloo(1e-3, 1, true, 0.2, 0.2, 2, 2, false), 4),
        new Case("reinforce++", ReinforcePlusPlus.DEFAULT, 1),
        new Case(
            "reinforce++, KL", new ReinforcePlusPlus(false, 1e-3, 1, 0.2, 0.2, 2, 1, false), 1),
        new Case(
            "reinforce++, baseline",
            new ReinforcePlusPlus(true, 1e-3, 1, 0.2, 0.2, 1, 2, false),
            8),
        new Case("remax", ReMax.DEFAULT, 1),
        new Case("remax, KL", new ReMax(1e-3, 0.99, 0.2, 0.2, 2, 1, false), 4));
  }

  @TestFactory
  Stream<DynamicTest> learnsABandit() {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> learns(c)));
  }

  private void learns(Case c) {
    RlConfig config = TinyRun.config(c.algorithm(), c.group(), 1, 4096);
    new TinyRun(folder)
        .train(
            config,
            TinyRun::digit,
            (trainer, _) -> {
              double first = 0;
              double last = 0;
              for (int step = 0; step < 60; step++) {
                Metrics m = trainer.step(step);
                assertThat(m.values()).containsKeys("clip_range/low", "clip_range/high");
                first += step < 10 ? m.get("reward") / 10 : 0;
                last += step >= 50 ? m.get("reward") / 10 : 0;
              }
              assertThat(first).isLessThan(0.6);
              assertThat(last).isGreaterThan(0.9);
            });
  }

  @Test
  void theReferenceBecomesThePolicyWhenItsTimeHasCome() {
    Grpo grpo = grpo(LossType.DAPO, Ratio.DEFAULT, new Grpo.Reference(3, false), 1);
    new TinyRun(folder)
        .train(
            TinyRun.config(grpo, 1, 4096),
            TinyRun::digit,
            (trainer, _) -> {
              for (int step = 0; step < 3; step++) {
                trainer.step(step);
              }
              trainer.save(folder.resolve("saved"));
              assertThat(folder.resolve("saved/reference/model.safetensors")).exists();
              trainer.restore(folder.resolve("saved"), trainer.state().put("step", 3));
              // The first of the four updates of step 4 finds policy and reference the same.
              double after = trainer.step(3).get("kl");
              double later = trainer.step(4).get("kl");
              assertThat(after).isLessThan(later);
            });
  }

  @Test
  void aCompletionThatIsWorthAsMuchAsTheGreedyOneTeachesReMaxNothing() {
    new TinyRun(folder)
        .train(
            TinyRun.config(ReMax.DEFAULT, 1, 1, 4096),
            r -> new Judgement.Points(r.problem().id() % 2),
            (trainer, _) -> {
              Metrics m = trainer.step(0);
              assertThat(m.get("greedy_reward")).isEqualTo(m.get("reward"));
              assertThat(m.values()).doesNotContainKey("entropy"); // nothing to learn from
            });
  }

  @Test
  void aGroupOfOneIsRefusedWhereTheGroupIsTheBaseline() {
    for (Algorithm a :
        List.of(
            Grpo.DEFAULT, Rloo.DEFAULT, new ReinforcePlusPlus(true, 0, 1, 0.2, 0.2, 1, 1, false))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TinyRun.config(a, 1, 1, 4096))
          .withMessage(
              "groupSize must be at least 2 (a completion is compared with the others of its"
                  + " group), got 1");
    }
  }
}
