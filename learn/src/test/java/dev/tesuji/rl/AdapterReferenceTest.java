package dev.tesuji.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.Parameter;
import dev.tesuji.policy.KlEstimator;
import dev.tesuji.policy.Policy;
import dev.tesuji.preference.Divergence;
import dev.tesuji.preference.Pair;
import dev.tesuji.preference.PairLoss;
import dev.tesuji.preference.PairObjective;
import dev.tesuji.preference.PreferenceConfig;
import dev.tesuji.preference.PreferenceLoss;
import dev.tesuji.preference.PreferenceTrainer;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlConfig;
import dev.tesuji.rl.algorithm.KlPlace;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rl.grpo.GrpoLoss;
import dev.tesuji.rl.grpo.Ratio;
import dev.tesuji.rl.ppo.CriticConfig;
import dev.tesuji.rl.ppo.Ppo;
import dev.tesuji.rl.prime.Prime;
import dev.tesuji.rl.reinforce.ReMax;
import dev.tesuji.rl.reinforce.ReinforcePlusPlus;
import dev.tesuji.rl.rloo.Rloo;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// The policy that a KL term holds to, with all weights and with adapters of an earlier stage.
@ExtendWith(LeakCheck.class)
class AdapterReferenceTest {
  private static final ClippedSurrogate CLIP = ClippedSurrogate.DEFAULT;

  @TempDir private Path folder = Path.of("");

  private record Case(String name, Algorithm algorithm) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    KlConfig own = KlConfig.of(0.1);
    KlConfig inLoss = KlConfig.of(0.1, KlPlace.LOSS, KlEstimator.K3);
    UpdateConfig once = UpdateConfig.DEFAULT;
    for (GrpoLoss loss : RlTrainerTest.losses()) {
      Grpo grpo = Grpo.DEFAULT.with(loss).with(own, Grpo.Reference.DEFAULT);
      cases.add(new Case("grpo, " + loss.getClass().getSimpleName(), grpo));
    }
    Grpo held = Grpo.DEFAULT.with(own, Grpo.Reference.DEFAULT);
    cases.add(new Case("gspo", held.with(Ratio.SEQUENCE)));
    for (KlConfig kl : List.of(own, inLoss)) {
      String where = kl.equals(own) ? "" : ", KL in the loss";
      cases.add(new Case("rloo" + where, new Rloo(kl, 0, false, CLIP, once)));
      cases.add(new Case("reinforce++" + where, new ReinforcePlusPlus(false, kl, 1, CLIP, once)));
      cases.add(new Case("remax" + where, new ReMax(kl, 1, CLIP, once)));
      cases.add(
          new Case(
              "prime" + where, new Prime(0.05, 1, 0, 1, Prime.Order.AFTER, 1, kl, CLIP, once)));
      KlPlace place = kl.equals(own) ? KlPlace.REWARD : KlPlace.LOSS;
      Ppo.Kl nested = new Ppo.Kl(0.1, null, place, 0, null);
      cases.add(
          new Case("ppo" + where, new Ppo(1, 1, true, CLIP, nested, CriticConfig.DEFAULT, once)));
    }
    cases.add(new Case("reinforce++, baseline", new ReinforcePlusPlus(true, own, 1, CLIP, once)));
    return cases;
  }

  /// Adds the adapters of an earlier stage: B is not 0, and the model is not its base.
  private static LoadedModel trained(LoadedModel model, double dropout) {
    model.decoder().adapt(new LoraConfig(4, 16, dropout, List.of("all-linear"), false), 3);
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      int stream = 0;
      for (Parameter p : model.decoder().trained()) {
        float[] values = new float[Math.toIntExact(p.tensor().elements())];
        Rng.fillNormal(values, 0.3, 11, stream++);
        p.tensor().copy_(Tensor.of(values, p.tensor().shape().sizes()));
      }
    }
    return model;
  }

  private void run(Algorithm algorithm, boolean adapted, TinyRun.Body body) {
    TinyRun run = new TinyRun(folder);
    RlConfig config = TinyRun.config(algorithm, 1, 4096);
    RewardMix mix =
        new RewardMix(new DigitTask(), List.of(new RewardMix.Part("rule", 1, TinyRun::digit)));
    boolean reference = !adapted && config.algorithm().requirements().has(Need.REFERENCE);
    try (LoadedModel model = model(run, adapted);
        LoadedModel held = reference ? run.model() : null;
        LoadedModel second =
            config.algorithm().requirements().has(Need.SECOND_MODEL) ? model(run, adapted) : null;
        Grader grader = new Grader(mix, Duration.ofSeconds(10));
        RlTrainer trainer =
            new RlTrainer(model, run.parts(model, grader, held, second), config, 9)) {
      body.run(trainer, model);
    }
  }

  private static LoadedModel model(TinyRun run, boolean adapted) {
    return adapted ? trained(run.model(), 0) : run.model();
  }

  @TestFactory
  Stream<DynamicTest> beforeItsFirstUpdateAPolicyIsItsOwnReference() {
    return cases().stream()
        .flatMap(c ->
            Stream.of(true, false)
                .map(adapted ->
                    DynamicTest.dynamicTest(
                        c.name() + (adapted ? " with adapters" : " with all weights"),
                        () ->
                            run(
                                c.algorithm(),
                                adapted,
                                (trainer, _) -> assertNoDistance(trainer.step(0))))));
  }

  private static void assertNoDistance(Metrics m) {
    assertThat(m.values().keySet()).containsAnyOf("kl", "objective/kl");
    for (String name : List.of("kl", "objective/kl", "reward_model/process_reward")) {
      assertThat(Math.abs(m.values().getOrDefault(name, 0.0))).as(name).isLessThan(1e-5);
    }
  }

  @Test
  void theReferenceIsTheStartOfTheStageAndNotTheBase() {
    TinyRun run = new TinyRun(folder);
    List<TokenSequence> text = List.of(TokenSequence.of(new int[] {1, 2}, new int[] {3, 4, 5}));
    try (LoadedModel model = trained(run.model(), 0);
        Reference reference = Reference.of(model, null, 1)) {
      float[] start = new Policy(model.decoder(), 1).score(text).logProbs();
      assertThat(Policy.ofBase(model.decoder(), 1).score(text).logProbs()).isNotEqualTo(start);
      shift(model, 0.1);
      float[] moved = new Policy(model.decoder(), 1).score(text).logProbs();
      assertThat(scored(reference, text)).containsExactly(start);
      assertThat(new Policy(model.decoder(), 1).score(text).logProbs()).containsExactly(moved);
      reference.become(model);
      assertThat(scored(reference, text)).containsExactly(moved);
    }
  }

  /// Moves all adapters a little.
  private static void shift(LoadedModel model, double by) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      model.decoder().trained().forEach(p -> p.tensor().copy_(p.tensor().add(by)));
    }
  }

  private static float[] scored(Reference reference, List<TokenSequence> text) {
    float[][] found = new float[1][];
    reference.score(by -> found[0] = by.score(text).logProbs());
    return found[0];
  }

  @Test
  void freshAdaptersHoldToTheirBase() {
    TinyRun run = new TinyRun(folder);
    List<TokenSequence> text = List.of(TokenSequence.of(new int[] {1, 2}, new int[] {3, 4, 5}));
    try (LoadedModel model = run.model()) {
      float[] base = new Policy(model.decoder(), 1).score(text).logProbs();
      model.decoder().adapt(LoraConfig.DEFAULT, 3);
      try (Reference reference = Reference.of(model, null, 1)) {
        assertThat(scored(reference, text)).containsExactly(base);
      }
    }
  }

  private static Grpo replaced() {
    return Grpo.DEFAULT.with(KlConfig.of(0.1), new Grpo.Reference(2, false));
  }

  @Test
  void aReferenceOfAdaptersIsReplacedAndResumedBitForBit() {
    List<Double> straight = new ArrayList<>();
    List<ObjectNode> state = new ArrayList<>();
    Path saved = folder.resolve("saved");
    run(
        replaced(),
        true,
        (trainer, _) -> {
          for (int step = 0; step < 6; step++) {
            straight.add(trainer.step(step).get("kl"));
            if (step == 2) {
              assertThat(saved.toFile().mkdirs()).isTrue();
              trainer.save(saved);
              state.add(trainer.state().put("step", 3));
            }
          }
        });
    // After the second and the fourth step the policy becomes the reference.
    assertThat(straight.get(1)).isGreaterThan(1e-6);
    assertThat(straight.get(2)).isLessThan(1e-9);
    assertThat(straight.get(4)).isLessThan(1e-9);
    run(
        replaced(),
        true,
        (trainer, _) -> {
          trainer.restore(saved, state.getFirst());
          for (int step = 3; step < 6; step++) {
            assertThat(trainer.step(step).get("kl")).isEqualTo(straight.get(step));
          }
        });
  }

  @Test
  void dropoutWithSeveralUpdatesPerBatchIsRefused() {
    TinyRun run = new TinyRun(folder);
    RewardMix mix =
        new RewardMix(new DigitTask(), List.of(new RewardMix.Part("rule", 1, TinyRun::digit)));
    try (LoadedModel model = trained(run.model(), 0.1);
        Grader grader = new Grader(mix, Duration.ofSeconds(10))) {
      for (UpdateConfig several : List.of(UpdateConfig.of(2, 1), UpdateConfig.of(1, 2))) {
        RlConfig config = TinyRun.config(Grpo.DEFAULT.with(several), 1, 4096);
        assertThatIllegalArgumentException()
            .isThrownBy(() -> open(model, run.parts(model, grader, null, null), config))
            .withMessage(
                "lora.dropout must be 0 with more than one update per batch (innerEpochs or"
                    + " miniBatches above 1): the ratio of the policy to the one that drew would be"
                    + " one of dropout, got 0.1");
      }
      open(model, run.parts(model, grader, null, null), TinyRun.config(Grpo.DEFAULT, 1, 4096));
    }
  }

  private static void open(LoadedModel model, RlTrainer.Parts parts, RlConfig config) {
    try (RlTrainer trainer = new RlTrainer(model, parts, config, 9)) {
      assertThat(trainer.state().path("position").asInt()).isZero();
    }
  }

  /// Before anything moves, π / π_ref is 1: the loss is ln 2 and no reward differs from 0.
  @Test
  void preferencesHoldToTheAdaptersThatTheyBeginWith() {
    TokenSequence good = TokenSequence.of(new int[] {1, 2}, new int[] {3, 4, 5});
    TokenSequence bad = TokenSequence.of(new int[] {1, 2}, new int[] {6, 7});
    PairObjective objective =
        new PairObjective(
            List.of(new Pair(good, bad)),
            new PreferenceLoss(PairLoss.SIGMOID, List.of(), 0.1, 0, Divergence.REVERSE_KL, 1));
    RlConfig like = TinyRun.config(Grpo.DEFAULT, 1, 4096);
    PreferenceConfig config = new PreferenceConfig(2, 1, 0, like.optimizer(), like.compute());
    try (LoadedModel model = trained(new TinyRun(folder).model(), 0);
        PreferenceTrainer trainer = new PreferenceTrainer(model, objective, null, config, 1)) {
      Metrics m = trainer.step(0);
      assertThat(m.get("loss")).isCloseTo(Math.log(2), within(1e-6));
      assertThat(m.get("rewards/chosen")).isCloseTo(0, within(1e-6));
      assertThat(trainer.step(1).get("rewards/margins")).isPositive();
    }
  }

  @Test
  void laterPassesTakeTheGroupsInAnotherOrder() {
    int[] own = {0, 1, 2, 3, 4, 5, 6, 7};
    assertThat(PolicyUpdates.order(8, 5, 3, 0)).containsExactly(own);
    int[] second = PolicyUpdates.order(8, 5, 3, 1);
    assertThat(second).containsExactlyInAnyOrder(own).isNotEqualTo(own);
    assertThat(PolicyUpdates.order(8, 5, 3, 1)).containsExactly(second);
    assertThat(PolicyUpdates.order(8, 5, 3, 2)).isNotEqualTo(second);
    assertThat(PolicyUpdates.order(8, 5, 4, 1)).isNotEqualTo(second);
    int[] firsts = new int[8];
    for (int step = 0; step < 8000; step++) {
      firsts[PolicyUpdates.order(8, 5, step, 1)[0]]++;
    }
    assertThat(Arrays.stream(firsts).min().orElse(0)).isGreaterThan(850);
    assertThat(Arrays.stream(firsts).max().orElse(0)).isLessThan(1150);
  }
}
