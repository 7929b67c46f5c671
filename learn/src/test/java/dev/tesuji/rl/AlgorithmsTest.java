package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.json.Json;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.reward.Judgement;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.EntropyConfig;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPlace;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.grpo.Ratio;
import dev.tesuji.rl.ppo.CriticConfig;
import dev.tesuji.rl.ppo.CriticConfig.Trunk;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.train.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Every algorithm in the one loop.
@ExtendWith(LeakCheck.class)
class AlgorithmsTest {
  @TempDir private Path folder = Path.of("");

  private static final int WINDOW = 10; // steps whose mean reward counts

  private record Case(String name, Algorithm algorithm, int group) {}

  private static final UpdateConfig FOUR = UpdateConfig.of(2, 2);
  private static final ClippedSurrogate CLIP = ClippedSurrogate.DEFAULT;

  private static Grpo grpo(GrpoLoss loss, Ratio ratio, Grpo.Reference reference, double share) {
    double kl = reference.equals(Grpo.Reference.DEFAULT) ? 0 : 1e-3;
    EntropyConfig entropy = new EntropyConfig(share < 1 ? 1e-4 : 0, share);
    return Grpo.DEFAULT
        .with(loss)
        .with(ratio)
        .with(KlConfig.of(kl), reference)
        .with(FOUR.with(entropy));
  }

  private static Ppo ppo(Trunk trunk, KlPlace place) {
    Ppo.Kl kl = new Ppo.Kl(1e-3, KlEstimator.K3, place, 0.1, null);
    CriticConfig critic = new CriticConfig(trunk, 5, 0.5, 0.2, 2);
    return new Ppo(0.99, 0.95, true, CLIP, kl, critic, FOUR);
  }

  private static Prime prime(Prime.Order order) {
    return new Prime(0.05, 1, 0, 1, order, 1, KlConfig.DEFAULT, CLIP, UpdateConfig.DEFAULT);
  }

  private static List<Case> cases() {
    GrpoLoss gspo = new GrpoLoss.Grpo(new ClippedSurrogate(0.2, 0.28, 3, 0));
    GrpoLoss bounded = new GrpoLoss.Dapo(new ClippedSurrogate(0.2, 0.28, 4, 3));
    Grpo careful =
        grpo(bounded, new Ratio(Ratio.Level.TOKEN, 0.5), new Grpo.Reference(3, true), 0.9);
    SamplerCorrection masked =
        new SamplerCorrection(
            SamplerCorrection.Weights.SEQUENCE, 0, 3, SamplerCorrection.Rejection.SEQUENCE, 0, 3);
    KlConfig held = KlConfig.of(1e-3);
    return List.of(
        new Case("gspo", grpo(gspo, Ratio.SEQUENCE, Grpo.Reference.DEFAULT, 1), 8),
        new Case(
            "vespo", grpo(GrpoLoss.Vespo.DEFAULT, Ratio.DEFAULT, Grpo.Reference.DEFAULT, 1), 8),
        new Case("careful", careful.with(careful.updates().with(masked)), 8),
        new Case(
            "entropy held at a target",
            Grpo.DEFAULT.with(FOUR.with(new EntropyConfig(0, 1, 0.2, 1e-3, 0.01))),
            8),
        new Case("rloo", Rloo.DEFAULT, 8),
        new Case("rloo, off policy", new Rloo(held, 1, true, CLIP, FOUR), 4),
        new Case(
            "rloo, KL in the loss",
            new Rloo(
                new KlConfig(1e-3, KlEstimator.K3_PLUS, KlPlace.LOSS, 0, 0.0),
                0,
                false,
                CLIP,
                FOUR),
            4),
        new Case("reinforce++", ReinforcePlusPlus.DEFAULT, 1),
        new Case(
            "reinforce++, KL",
            new ReinforcePlusPlus(false, held, 1, CLIP, UpdateConfig.of(2, 1)),
            1),
        new Case(
            "reinforce++, baseline",
            new ReinforcePlusPlus(true, held, 1, CLIP, UpdateConfig.of(1, 2)),
            8),
        new Case("remax", ReMax.DEFAULT, 1),
        new Case("ppo", Ppo.DEFAULT, 1),
        new Case("ppo, shared trunk, KL in the loss", ppo(Trunk.SHARED, KlPlace.LOSS), 4),
        new Case("ppo, KL in the reward", ppo(Trunk.OWN, KlPlace.REWARD), 1),
        new Case("prime", prime(Prime.Order.BEFORE), 8),
        new Case("prime, after", prime(Prime.Order.AFTER), 8),
        new Case("remax, KL", new ReMax(held, 0.99, CLIP, UpdateConfig.of(2, 1)), 4));
  }

  @TestFactory
  Stream<DynamicTest> learnsABandit() {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> learns(c)));
  }

  /// A run is short and what it draws decides much: one of five seeds ended at 0.87 where the
  /// others were above 0.99. So the mean of two counts.
  private void learns(Case c) {
    double first = 0;
    double last = 0;
    for (long seed = 9; seed < 11; seed++) {
      List<Double> rewards = rewards(c, seed);
      first += mean(rewards.subList(0, WINDOW)) / 2;
      last += mean(rewards.subList(rewards.size() - WINDOW, rewards.size())) / 2;
    }
    assertThat(first).isLessThan(0.6);
    assertThat(last).isGreaterThan(0.9);
  }

  private static double mean(List<Double> rewards) {
    return rewards.stream().mapToDouble(r -> r).average().orElseThrow();
  }

  /// Returns the rewards of at most 60 steps, fewer where it is clear before that it has learned.
  private List<Double> rewards(Case c, long seed) {
    List<Double> rewards = new ArrayList<>();
    new TinyRun(folder.resolve(Long.toString(seed)))
        .train(
            TinyRun.config(c.algorithm(), c.group(), 1, 4096),
            TinyRun::digit,
            seed,
            (trainer, _) -> {
              while (rewards.size() < 60 && !hasLearned(rewards)) {
                Metrics m = trainer.step(rewards.size());
                boolean clips = c.algorithm().surrogate() instanceof ClippedSurrogate;
                assertThat(m.values().containsKey("clip_range/low")).isEqualTo(clips);
                assertThat(m.values().containsKey("clip_range/high")).isEqualTo(clips);
                rewards.add(m.get("reward"));
              }
            });
    return rewards;
  }

  private static boolean hasLearned(List<Double> rewards) {
    int steps = rewards.size();
    return steps >= 2 * WINDOW && mean(rewards.subList(steps - WINDOW, steps)) > 0.97;
  }

  @Test
  void theReferenceBecomesThePolicyWhenItsTimeHasCome() {
    Grpo grpo = grpo(GrpoLoss.Dapo.DEFAULT, Ratio.DEFAULT, new Grpo.Reference(3, false), 1);
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

  /// The guardian halts a run whose loss is no number.
  @Test
  void stepsThatTrainTheCriticAloneHaveALossAndLeaveThePolicy() {
    Ppo ppo = ppo(Trunk.OWN, KlPlace.REWARD); // its first two steps
    new TinyRun(folder)
        .train(
            TinyRun.config(ppo, 1, 4096),
            TinyRun::digit,
            (trainer, model) -> {
              float[] before = RlTrainerTest.flat(model);
              for (int step = 0; step < 2; step++) {
                Metrics m = trainer.step(step);
                assertThat(m.get("loss")).isZero();
                assertThat(m.get("loss/value_avg")).isPositive();
              }
              assertThat(RlTrainerTest.flat(model)).containsExactly(before);
              trainer.step(2);
              assertThat(RlTrainerTest.flat(model)).isNotEqualTo(before);
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
            Grpo.DEFAULT,
            Rloo.DEFAULT,
            new ReinforcePlusPlus(true, KlConfig.DEFAULT, 1, CLIP, UpdateConfig.DEFAULT))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TinyRun.config(a, 1, 1, 4096))
          .withMessage(
              "groupSize must be at least 2 (a completion is compared with the others of its"
                  + " group), got 1");
    }
  }

  @TestFactory
  Stream<DynamicTest> aRunThatIsResumedEqualsOneThatWasNot() {
    return Stream.of(
            new Case("ppo", ppo(Trunk.OWN, KlPlace.REWARD), 4),
            new Case("ppo, shared trunk", ppo(Trunk.SHARED, KlPlace.LOSS), 4),
            new Case("prime", prime(Prime.Order.BEFORE), 8),
            new Case("a reference that is replaced", replaced(), 8))
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> resumes(c)));
  }

  private static Grpo replaced() {
    return grpo(GrpoLoss.Dapo.DEFAULT, Ratio.DEFAULT, new Grpo.Reference(2, false), 1);
  }

  private void resumes(Case c) {
    RlConfig config = TinyRun.config(c.algorithm(), c.group(), 1, 4096);
    Path saved = folder.resolve("saved " + c.name());
    List<Metrics> straight = new ArrayList<>();
    List<ObjectNode> state = new ArrayList<>();
    new TinyRun(folder)
        .train(
            config,
            TinyRun::digit,
            (trainer, _) -> {
              for (int step = 0; step < 6; step++) {
                straight.add(trainer.step(step));
                if (step == 2) {
                  saved.toFile().mkdirs();
                  trainer.save(saved);
                  state.add(trainer.state().put("step", 3));
                }
              }
            });
    new TinyRun(folder)
        .train(
            config,
            TinyRun::digit,
            (trainer, _) -> {
              trainer.restore(saved, state.getFirst());
              for (int step = 3; step < 6; step++) {
                assertThat(numbers(trainer.step(step))).isEqualTo(numbers(straight.get(step)));
              }
            });
  }

  /// Returns what was measured but for times.
  private static Map<String, Double> numbers(Metrics m) {
    Map<String, Double> numbers = new HashMap<>(m.values());
    numbers.keySet().removeIf(n -> n.startsWith("timing") || n.startsWith("perf"));
    return numbers;
  }

  @Test
  void aRewardModelThatEqualsItsReferenceGivesNoProcessReward() {
    new TinyRun(folder)
        .train(
            TinyRun.config(prime(Prime.Order.AFTER), 1, 4096),
            TinyRun::digit,
            (trainer, _) -> {
              assertThat(trainer.step(0).get("reward_model/process_reward")).isZero();
              assertThat(trainer.step(1).get("reward_model/process_reward")).isNotZero();
            });
  }

  @Test
  void primeLeavesOutGroupsThatAreTooEasyOrTooHard() {
    Prime prime =
        new Prime(
            0.05, 1, 0.2, 0.8, Prime.Order.BEFORE, 1, KlConfig.DEFAULT, CLIP, UpdateConfig.DEFAULT);
    new TinyRun(folder)
        .train(
            TinyRun.config(prime, 1, 4096),
            TinyRun::digit,
            (trainer, _) -> {
              for (int step = 0; step < 10; step++) {
                Metrics m = trainer.step(step);
                assertThat(m.get("filtered") + m.get("trained")).isEqualTo(32);
                try (Stream<String> lines = Files.lines(rollouts(step + 1))) {
                  kept(lines.toList())
                      .forEach(
                          group -> assertThat(share(group)).isBetween(prime.leastAccuracy(), 0.8));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
  }

  /// Dynamic sampling draws prompts in their order, each once, and keeps exactly those that pass.
  @Test
  void dynamicSamplingKeepsEveryPromptThatPassesAndNoOther() {
    TinyRun run = new TinyRun(folder);
    long first = run.problem(0).id() / 2; // a problem's number is half of its id
    run.train(
        TinyRun.config(Grpo.DEFAULT, 3, 4096),
        TinyRun::digit,
        (trainer, _) -> {
          long before = 0;
          for (int step = 0; step < 10; step++) {
            trainer.step(step);
            long position = trainer.state().path("position").asLong();
            List<JsonNode> all = new ArrayList<>();
            try (Stream<String> lines = Files.lines(rollouts(step + 1))) {
              lines.map(Json.MAPPER::readTree).forEach(all::add);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            assertThat(all).hasSize((int) (position - before) * 8);
            List<Long> drawn = new ArrayList<>();
            for (int i = 0; i < all.size(); i += 8) {
              List<JsonNode> group = all.subList(i, i + 8);
              drawn.add(group.getFirst().path("problem_id").asLong());
              boolean flat = group.stream().map(n -> n.path("reward")).distinct().count() == 1;
              assertThat(group.getFirst().path("advantage").isNull()).isEqualTo(flat);
            }
            List<Long> inOrder = new ArrayList<>();
            for (long p = before; p < position; p++) {
              inOrder.add(ChainSums.DEFAULT.problem(first + p).id());
            }
            assertThat(drawn).containsExactlyInAnyOrderElementsOf(inOrder);
            before = position;
          }
        });
  }

  private Path rollouts(int step) {
    return folder.resolve("rollouts").resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step));
  }

  private static List<List<JsonNode>> kept(List<String> lines) {
    List<List<JsonNode>> groups = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 8) {
      List<JsonNode> group = lines.subList(i, i + 8).stream().map(Json.MAPPER::readTree).toList();
      if (!group.getFirst().path("advantage").isNull()) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static double share(List<JsonNode> group) {
    return group.stream().filter(n -> n.path("verdict").stringValue().equals("correct")).count()
        / (double) group.size();
  }

  /// Ratios of sequences, the quantile of an update, values and process rewards included.
  @TestFactory
  Stream<DynamicTest> aStepDoesNotDependOnTheSplitIntoMicroBatches() {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> splits(c)));
  }

  private void splits(Case c) {
    List<float[]> weights = new ArrayList<>();
    for (int tokens : new int[] {4096, 64}) {
      new TinyRun(folder)
          .train(
              TinyRun.config(c.algorithm(), c.group(), 1, tokens),
              TinyRun::digit,
              (trainer, model) -> {
                trainer.step(0);
                weights.add(RlTrainerTest.flat(model));
              });
    }
    // Adam divides by the gradient's size, so rounding can show where a gradient is nearly 0.
    int moved = 0;
    for (int i = 0; i < weights.getFirst().length; i++) {
      float difference = Math.abs(weights.getFirst()[i] - weights.getLast()[i]);
      moved += difference > 1e-4f ? 1 : 0;
    }
    assertThat(moved).isLessThan(weights.getFirst().length / 1000 + 1);
  }
}
