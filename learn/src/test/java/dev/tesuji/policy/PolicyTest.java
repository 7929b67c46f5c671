package dev.tesuji.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.LoraConfig;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.nn.Parameter;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.MicroBatches;
import dev.tesuji.tokenized.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class PolicyTest {
  private static List<TokenSequence> sequences(int count, long seed) {
    List<TokenSequence> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] ids = new int[3 + Rng.below(14, seed, i, 0, 0)];
      for (int t = 0; t < ids.length; t++) {
        ids[t] = Rng.below(500, seed, i, t, 1);
      }
      all.add(TokenSequence.from(ids, 1 + Rng.below(ids.length - 1, seed, i, 0, 2)));
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anySplitIntoMicroBatchesGivesTheSameGradient(long seed) {
    List<TokenSequence> batch = sequences(9, seed);
    double tokens = batch.stream().mapToInt(TokenSequence::scored).sum();
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/qwen2")).load()) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      Policy policy = new Policy(model, 0.7);
      List<float[]> gradients = new ArrayList<>();
      for (int limit : new int[] {1_000_000, 30, 1}) {
        for (int[] part : MicroBatches.split(batch, limit)) {
          policy.backward(
              Policy.Micro.whole(Arrays.stream(part).mapToObj(batch::get).toList()),
              t -> t.logProbs().neg().sum().div(tokens));
        }
        gradients.add(gradient(model));
      }
      for (float[] g : gradients) {
        assertThat(g).as("seed " + seed).containsExactly(gradients.getFirst(), within(2e-5f));
      }
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void aPromptThatSequencesShareChangesNothing(String name) {
    int[] prompt = {7, 3, 99, 4, 250, 18, 6, 41, 12};
    List<TokenSequence> batch = new ArrayList<>(sequences(2, 5));
    for (int[] completion : new int[][] {{5}, {8, 8, 2, 300}, {5, 61}}) {
      batch.add(TokenSequence.of(prompt, completion));
    }
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/" + name)).load();
        Scope _ = Scope.open()) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      Policy policy = new Policy(model, 0.7);
      int tokens = batch.stream().mapToInt(TokenSequence::length).sum();
      boolean kernels = Kernels.available(Dtype.FLOAT32);
      assertThat(TokenSequence.batch(batch, model).tokens())
          .isEqualTo(kernels ? tokens - 2 * prompt.length : tokens);
      Policy.Scores together =
          policy.backward(Policy.Micro.whole(batch), t -> t.logProbs().neg().sum());
      float[] shared = gradient(model);
      int at = 0;
      for (TokenSequence s : batch) {
        Policy.Scores alone =
            policy.backward(Policy.Micro.whole(List.of(s)), t -> t.logProbs().neg().sum());
        assertThat(Arrays.copyOfRange(together.logProbs(), at, at + s.scored()))
            .containsExactly(alone.logProbs(), within(2e-5f));
        at += s.scored();
      }
      assertThat(gradient(model)).containsExactly(shared, within(2e-4f));
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  private static float[] gradient(CausalLm model) {
    List<Tensor> all = new ArrayList<>();
    for (Parameter p : model.trained()) {
      boolean has = p.tensor().hasGrad(); // an expert may have read nothing
      Tensor g = has ? p.tensor().grad() : Tensor.zeros(p.tensor().dtype(), p.tensor().elements());
      all.add(g.reshape(p.tensor().elements()).copy());
      p.tensor().clearGrad();
    }
    return Tensor.cat(all, 0).toFloats();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3", "deepseek_v3"})
  void layersThatRunAgainGiveTheSameGradient(String name) {
    List<TokenSequence> batch = sequences(7, 4);
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/" + name)).load()) {
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      List<float[]> gradients = new ArrayList<>();
      for (boolean checkpointing : new boolean[] {false, true}) {
        ComputeConfig compute =
            new ComputeConfig(4096, checkpointing, 0.1, 0, MatmulPrecision.FLOAT32);
        new Policy(model, 1, compute)
            .backward(Policy.Micro.whole(batch), t -> t.logProbs().neg().sum());
        gradients.add(gradient(model));
      }
      assertThat(gradients.get(1)).containsExactly(gradients.get(0));
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  @Test
  void dropoutDropsTheSameWhenLayersRunAgain() {
    List<TokenSequence> batch = sequences(5, 4);
    try (CausalLm model = ModelFixture.adapter().base().load()) {
      model.adapt(new LoraConfig(4, 8, 0.5, List.of("all-linear"), false), 1);
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      List<float[]> gradients = new ArrayList<>();
      for (long number : new long[] {5, 5, 6}) {
        ComputeConfig compute =
            new ComputeConfig(4096, gradients.size() == 1, 0, 0, MatmulPrecision.FLOAT32);
        new Policy(model, 1, compute)
            .backward(new Policy.Micro(batch, 1, number), t -> t.logProbs().neg().sum());
        gradients.add(gradient(model));
      }
      assertThat(gradients.get(1)).containsExactly(gradients.get(0));
      assertThat(gradients.get(2)).isNotEqualTo(gradients.get(0));
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  @Test
  void theBaseUnderAdaptersScoresAsItDidWithoutThem() {
    List<TokenSequence> batch = sequences(5, 4);
    try (CausalLm adapted = ModelFixture.adapter().load();
        CausalLm base = ModelFixture.adapter().base().load()) {
      float[] want = new Policy(base, 1).score(batch).logProbs();
      assertThat(Policy.ofBase(adapted, 1).score(batch).logProbs()).containsExactly(want);
      assertThat(new Policy(adapted, 1).score(batch).logProbs()).isNotEqualTo(want);
    }
  }

  @Test
  void scoringAndTrainingGiveTheSameLogProbabilities() {
    List<TokenSequence> batch = sequences(5, 4);
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/llama")).load()) {
      Policy policy = new Policy(model, 1);
      Policy.Scores scored = policy.score(batch);
      model.trained().forEach(p -> p.tensor().requiresGrad(true));
      Policy.Scores trained = policy.backward(Policy.Micro.whole(batch), t -> t.logProbs().sum());
      assertThat(trained.logProbs()).containsExactly(scored.logProbs());
      assertThat(trained.entropies()).containsExactly(scored.entropies());
      double sum = 0;
      for (float l : scored.logProbs()) {
        sum += l;
      }
      assertThat(trained.loss()).isCloseTo(sum, within(1e-3));
      gradient(model);
      model.trained().forEach(p -> p.tensor().requiresGrad(false));
    }
  }

  @Test
  void whatIsNotScoredGetsNoNumber() {
    List<TokenSequence> batch = sequences(6, 5);
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/llama")).load()) {
      assertThat(new Policy(model, 1).score(batch).logProbs())
          .hasSize(batch.stream().mapToInt(TokenSequence::scored).sum());
    }
  }

  @Test
  void microBatchesHoldEverySequenceOnceAndKeepTheLimit() {
    List<TokenSequence> batch = sequences(40, 6);
    List<Integer> seen = new ArrayList<>();
    for (int[] part : MicroBatches.split(batch, 50)) {
      int tokens = 0;
      for (int i : part) {
        seen.add(i);
        tokens += batch.get(i).length();
      }
      assertThat(tokens).isLessThanOrEqualTo(50);
    }
    assertThat(seen).hasSize(40).doesNotHaveDuplicates();
    assertThat(MicroBatches.split(List.of(), 50)).isEmpty();
    assertThat(MicroBatches.split(batch.subList(0, 1), 1)).hasSize(1);
  }

  @Test
  void theFirstTokenCannotBeScored() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSequence.from(new int[] {1, 2}, 0))
        .withMessage("targets must ascend from 1 to 1, got 0");
  }
}
