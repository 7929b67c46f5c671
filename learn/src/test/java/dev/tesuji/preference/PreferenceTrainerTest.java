package dev.tesuji.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@ExtendWith(LeakCheck.class)
class PreferenceTrainerTest {
  @TempDir private Path folder = Path.of("");

  private LoadedModel model() {
    Path directory = folder.resolve("model");
    if (!Files.exists(directory)) {
      new NewModel(1, 16, 24, 2, 1, 64).create(directory, 5);
    }
    return LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
  }

  private static TokenSequence answer(int seed, int prompt, int length) {
    int[] before = new int[] {3 + prompt, 4 + prompt};
    int[] after = new int[length];
    for (int t = 0; t < length; t++) {
      after[t] = Rng.below(30, 7, seed, t, prompt);
    }
    return TokenSequence.of(before, after);
  }

  private static List<Pair> pairs(int count) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(new Pair(answer(1, i, 3 + i % 4), answer(2, i, 6 - i % 3)));
    }
    return pairs;
  }

  private static UnpairedObjective judged(int count) {
    List<UnpairedExample> judged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      judged.add(new UnpairedExample(answer(1, i, 3 + i % 4), answer(3, i, 4), i % 2 == 0));
    }
    return new UnpairedObjective(judged, KtoLoss.DEFAULT);
  }

  private static PairObjective objective(PairLoss loss, double longTokens) {
    return new PairObjective(
        pairs(12), new PreferenceLoss(loss, List.of(), 0.1, 0, Divergence.REVERSE_KL, longTokens));
  }

  /// Steps that are in proportion to the gradient, so that equal gradients give equal weights.
  private static PreferenceConfig config(int steps, int tokens) {
    OptimizerConfig gentle =
        OptimizerConfig.DEFAULT
            .change()
            .learningRate(1)
            .beta1(0)
            .beta2(0)
            .epsilon(1)
            .clipNorm(0)
            .build();
    return new PreferenceConfig(
        steps, 6, 0, gentle, new ComputeConfig(tokens, false, 0, 0, MatmulPrecision.FLOAT32));
  }

  private float[] trained(PreferenceObjective objective, int tokens) {
    try (LoadedModel model = model();
        PreferenceTrainer trainer =
            new PreferenceTrainer(model, objective, null, config(3, tokens), 1)) {
      for (int step = 0; step < 3; step++) {
        trainer.step(step);
      }
      return weights(model);
    }
  }

  private static float[] weights(LoadedModel model) {
    try (Scope _ = Scope.open()) {
      List<Tensor> all = new ArrayList<>();
      for (Parameter p : model.decoder().trained()) {
        all.add(p.tensor().detach().reshape(p.tensor().elements()));
      }
      return Tensor.cat(all, 0).toFloats();
    }
  }

  private void assertTheSplitChangesNothing(PreferenceObjective objective) {
    float[] before;
    try (LoadedModel model = model()) {
      before = weights(model);
    }
    float[] whole = trained(objective, 4096);
    assertThat(whole).isNotEqualTo(before);
    assertThat(trained(objective, 40)).containsExactly(whole, within(2e-5f));
    assertThat(trained(objective, 1)).containsExactly(whole, within(2e-5f)); // no pair stays whole
  }

  @Test
  void anySplitGivesTheSameGradientOfDpo() {
    assertTheSplitChangesNothing(objective(PairLoss.SIGMOID, 1));
  }

  @Test
  void anySplitGivesTheSameGradientOfLossesThatCoupleABatch() {
    assertTheSplitChangesNothing(objective(PairLoss.AOT, 0.5));
    assertTheSplitChangesNothing(objective(PairLoss.AOT_UNPAIRED, 1));
  }

  @Test
  void anySplitGivesTheSameGradientOfKto() {
    assertTheSplitChangesNothing(judged(12));
  }

  @Test
  void theFirstStepIsThatOfAPolicyEqualToItsReference() {
    try (LoadedModel model = model();
        PreferenceTrainer trainer =
            new PreferenceTrainer(model, objective(PairLoss.SIGMOID, 1), null, config(1, 64), 1)) {
      Metrics first = trainer.step(0);
      assertThat(first.get("loss")).isCloseTo(Math.log(2), within(1e-6));
      assertThat(first.get("rewards/margins")).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void preferencesAreLearnedAndHeldOutOnesMeasured() {
    List<PreferenceObjective> both = List.of(objective(PairLoss.SIGMOID, 1), judged(12));
    for (PreferenceObjective objective : both) {
      try (LoadedModel model = model();
          PreferenceTrainer trainer =
              new PreferenceTrainer(model, objective, objective, config(40, 4096), 1)) {
        Metrics metrics = new Metrics();
        double first = Double.NaN;
        for (int step = 0; step < 40; step++) {
          metrics = trainer.step(step);
          first = step == 0 ? metrics.get("loss") : first;
        }
        assertThat(metrics.get("eval_loss")).isLessThan(first);
        assertThat(metrics.get("eval_rewards/accuracies")).isGreaterThan(0.9);
        ObjectNode summary = trainer.summary();
        assertThat(summary.path("held_out_examples").asInt()).isEqualTo(12);
        assertThat(summary.path("held_out_accuracy").get(0).doubleValue())
            .isEqualTo(metrics.get("eval_rewards/accuracies"));
      }
    }
  }

  @Test
  void aResumedTrainingGoesOnBitForBit() throws IOException {
    PreferenceObjective objective = objective(PairLoss.SIGMOID, 1);
    Path folder = Files.createDirectories(this.folder.resolve("checkpoint"));
    PreferenceConfig config = config(6, 40);
    float[] whole;
    ObjectNode state;
    try (LoadedModel model = model();
        PreferenceTrainer trainer = new PreferenceTrainer(model, objective, objective, config, 1)) {
      run(trainer, 0, 3);
      trainer.save(folder);
      state = trainer.state();
      run(trainer, 3, 6);
      whole = weights(model);
    }
    try (LoadedModel model = model();
        PreferenceTrainer trainer = new PreferenceTrainer(model, objective, objective, config, 1)) {
      trainer.restore(folder, state);
      run(trainer, 3, 6);
      assertThat(weights(model)).containsExactly(whole);
    }
  }

  private static void run(PreferenceTrainer trainer, int from, int to) {
    for (int step = from; step < to; step++) {
      trainer.step(step);
    }
  }
}
