package dev.tesuji.generate;

import static dev.tesuji.generate.Requests.assertSame;
import static dev.tesuji.generate.Requests.limits;
import static dev.tesuji.generate.Requests.model;
import static dev.tesuji.generate.Requests.one;
import static dev.tesuji.generate.Requests.prompts;
import static dev.tesuji.generate.Requests.request;
import static dev.tesuji.generate.Requests.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class GenerationEngineTest {
  @Test
  void aSampleDoesNotDependOnWhatElseIsInTheBatch() {
    Limits limits = limits(30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    try (CausalLm model = model()) {
      List<Completion> together = GenerationEngine.generate(model, prompts(limits), 100);
      List<Completion> alone = new ArrayList<>();
      for (GenerationRequest request : prompts(limits)) {
        alone.addAll(GenerationEngine.generate(model, List.of(request), 1));
      }
      assertSame(GenerationEngine.generate(model, prompts(limits), 2), together);
      assertSame(alone, together);
      assertThat(together.stream().map(Completion::reason))
          .contains(FinishReason.EOS, FinishReason.LENGTH);
    }
  }

  /// What the generator of version 0.1, which took all prompts at once, drew with this seed.
  @Test
  void aSeedKeepsItsTokens() {
    Fixtures.requireContent(
        "models/llama/model.safetensors",
        "2b7d34485aca50dcd08d294132bd669fc2d8c727c7e34a71be0e1bd3c55fa627");
    try (CausalLm model = model()) {
      List<Completion> all = GenerationEngine.generate(model, prompts(limits(6)), 5);
      assertThat(all.getFirst().tokens()).isEqualTo(new int[] {430, 551, 92, 567, 161, 125});
      assertThat(all.getLast().tokens()).isEqualTo(new int[] {332, 569, 585, 308, 293, 561});
    }
  }

  @Test
  void partsOfAPromptsSamplesAreThoseOfAllOfThem() {
    try (CausalLm model = model()) {
      int[] prompt = {5, 6, 7};
      List<Completion> all =
          GenerationEngine.generate(model, List.of(request(prompt, 4, limits(9), 3)), 4);
      GenerationRequest rest =
          new GenerationRequest(prompt, 2, Sampling.DEFAULT, limits(9), new RandomKey(42, 3, 2));
      List<Completion> part = GenerationEngine.generate(model, List.of(rest), 4);
      assertThat(tokens(part)).containsExactlyElementsOf(tokens(all).subList(2, 4));
    }
  }

  @Test
  void logProbabilitiesAreThoseOfTheModel() {
    try (CausalLm model = model();
        NoGrad _ = NoGrad.on()) {
      for (Completion c : GenerationEngine.generate(model, prompts(limits(12)), 5)) {
        int length = c.request().prompt().length;
        int[] ids = Arrays.copyOf(c.request().prompt(), length + 12);
        System.arraycopy(c.tokens(), 0, ids, length, 12);
        Tensor hidden = model.hidden(TokenBatch.of(List.of(ids), model.device()));
        Tensor all = model.logits(hidden).logSoftmax(1);
        for (int t = 0; t < 12; t++) {
          double want = all.select(0, length + t - 1).select(0, c.tokens()[t]).item();
          assertThat((double) c.logProbs()[t]).isCloseTo(want, within(1e-3));
        }
      }
    }
  }

  @Test
  void theMostLikelyTokensAreToldWhereAskedFor() {
    Limits limits = limits(5);
    RandomKey key = new RandomKey(42, 3);
    int[] prompt = {5, 6, 7};
    Sampling warm = new Sampling(1.5, 0, 1, 0, 1);
    try (CausalLm model = model();
        NoGrad _ = NoGrad.on()) {
      List<GenerationRequest> requests =
          List.of(
              new GenerationRequest(prompt, 1, Sampling.GREEDY, limits, key, 3),
              new GenerationRequest(prompt, 1, warm, limits, key, 2),
              new GenerationRequest(prompt, 1, new Sampling(1, 1, 1, 0, 1), limits, key, 2),
              new GenerationRequest(prompt, 1, warm, limits, key));
      List<Completion> all = GenerationEngine.generate(model, requests, 4);
      Completion greedy = all.getFirst();
      Tensor hidden = model.hidden(TokenBatch.of(List.of(prompt), model.device()));
      Tensor logProbs = model.logits(hidden).logSoftmax(1).select(0, 2);
      float[] best = logProbs.topk(3).values().toFloats();
      for (int i = 0; i < 3; i++) {
        assertThat(greedy.top().getFirst().get(i).logProb()).isCloseTo(best[i], within(1e-3f));
      }
      for (int t = 0; t < 5; t++) {
        TokenLogProb first = greedy.top().get(t).getFirst();
        assertThat(first.token()).isEqualTo(greedy.tokens()[t]);
        assertThat(first.logProb()).isCloseTo(greedy.logProbs()[t], within(1e-5f));
        for (TokenLogProb other : all.get(1).top().get(t)) {
          if (other.token() == all.get(1).tokens()[t]) {
            assertThat(other.logProb()).isCloseTo(all.get(1).logProbs()[t], within(1e-4f));
          }
        }
        assertThat(all.get(2).top().get(t).getFirst().logProb()).isCloseTo(0, within(1e-6f));
        assertThat(all.get(2).top().get(t).getLast().logProb()).isEqualTo(Float.NEGATIVE_INFINITY);
      }
      assertThat(all.get(3).top()).isEmpty();
      assertThat(all.get(3).tokens()).isEqualTo(all.get(1).tokens());
    }
  }

  @Test
  void requestsOfOneBatchMayBeSampledDifferently() {
    List<Sampling> several =
        List.of(
            Sampling.DEFAULT,
            Sampling.GREEDY,
            new Sampling(0.7, 20, 1, 0, 1),
            new Sampling(1.3, 0, 0.9, 0.05, 1.2));
    try (CausalLm model = model()) {
      List<GenerationRequest> requests =
          several.stream()
              .map(s ->
                  new GenerationRequest(
                      new int[] {5, 6, 7}, 2, s, limits(15), new RandomKey(42, 3)))
              .toList();
      List<Completion> alone = new ArrayList<>();
      requests.forEach(r -> alone.addAll(GenerationEngine.generate(model, List.of(r), 2)));
      List<Completion> together = GenerationEngine.generate(model, requests, 8);
      assertSame(together, alone);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(together.get(i).logProbs())
            .containsExactly(alone.get(i).logProbs(), within(1e-3f));
      }
    }
  }

  @Test
  void anEndTokenEndsACompletionAndIsItsLastToken() {
    try (CausalLm model = model()) {
      Completion free = GenerationEngine.generate(model, List.of(one(limits(20))), 4).getFirst();
      int end = free.tokens()[7];
      Completion ended =
          GenerationEngine.generate(model, List.of(one(limits(20, end))), 4).getFirst();
      assertThat(ended.reason()).isEqualTo(FinishReason.EOS);
      assertThat(ended.tokens()[ended.tokens().length - 1]).isEqualTo(end);
      assertThat(ended.tokens().length).isLessThanOrEqualTo(8);
    }
  }

  @Test
  void aStopTokenEndsACompletionAndIsItsLastToken() {
    try (CausalLm model = model()) {
      int[] free =
          GenerationEngine.generate(model, List.of(one(limits(20))), 4).getFirst().tokens();
      Limits stops = new Limits(20, Set.of(), Set.of(free[5]), List.of());
      Completion stopped = GenerationEngine.generate(model, List.of(one(stops)), 4).getFirst();
      assertThat(stopped.reason()).isEqualTo(FinishReason.STOP);
      int end = stopped.tokens().length;
      assertThat(end).isLessThanOrEqualTo(6);
      assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(free, end));
      assertThat(stopped.logProbs()).hasSize(end);
    }
  }

  @Test
  void aCompletionEndsAtTheModelsLastPosition() {
    try (CausalLm model = model()) {
      int positions = model.config().maxPositions();
      int[] prompt = new int[positions - 2];
      Completion c =
          GenerationEngine.generate(model, List.of(request(prompt, 1, limits(50), 1)), 1)
              .getFirst();
      assertThat(c.tokens()).hasSize(2);
      assertThat(c.reason()).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void samplesOfAPromptDiffer() {
    try (CausalLm model = model()) {
      List<Completion> all =
          GenerationEngine.generate(model, List.of(request(new int[] {9}, 8, limits(16), 1)), 8);
      assertThat(all.stream().map(c -> Arrays.toString(c.tokens())).distinct().count())
          .isEqualTo(8);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anotherSeedGivesOtherSamples(long seed) {
    try (CausalLm model = model()) {
      GenerationRequest other =
          new GenerationRequest(
              new int[] {9}, 1, Sampling.DEFAULT, limits(16), new RandomKey(seed, 1));
      List<Completion> all = GenerationEngine.generate(model, List.of(one(limits(16)), other), 8);
      assertThat(all.getFirst().tokens()).isNotEqualTo(all.getLast().tokens());
    }
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(1, 0, 0, 0, 1))
        .withMessage("topP must be above 0 and at most 1 (1: off), got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request(new int[0], 1, limits(1), 1))
        .withMessage("a prompt must have at least one token, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> request(new int[1], 0, limits(1), 1))
        .withMessage("samples must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Limits(1, Set.of(), Set.of(), List.of("")))
        .withMessage("a stop string must not be empty, got ''");
  }
}
