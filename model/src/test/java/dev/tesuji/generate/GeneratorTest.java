package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class GeneratorTest {
  private static CausalLm model() {
    return ModelFixture.at(Fixtures.require("models/llama")).load();
  }

  private static List<Prompt> prompts() {
    return List.of(
        new Prompt(3, new int[] {5, 6, 7, 8, 9}, 4),
        new Prompt(8, new int[] {100}, 3),
        new Prompt(9, new int[] {17, 400, 33, 2, 11, 12, 13}, 5));
  }

  private static List<Completion> generate(CausalLm model, Limits limits, List<Prompt> prompts) {
    return new Generator(model, Sampling.DEFAULT, limits, 42).generate(prompts);
  }

  @Test
  void aSampleDoesNotDependOnWhatElseIsInTheBatch() {
    try (CausalLm model = model()) {
      Set<Integer> ends = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
      List<Completion> together = generate(model, new Limits(30, ends, 100), prompts());
      List<Completion> fewRows = generate(model, new Limits(30, ends, 2), prompts());
      List<Completion> alone = new ArrayList<>();
      for (Prompt p : prompts()) {
        alone.addAll(generate(model, new Limits(30, ends, 1), List.of(p)));
      }
      for (int i = 0; i < together.size(); i++) {
        assertThat(fewRows.get(i).tokens()).isEqualTo(together.get(i).tokens());
        assertThat(alone.get(i).tokens()).isEqualTo(together.get(i).tokens());
        assertThat(fewRows.get(i).sample()).isEqualTo(together.get(i).sample());
      }
      assertThat(together.stream().map(Completion::reason))
          .contains(FinishReason.EOS, FinishReason.LENGTH);
    }
  }

  @Test
  void logProbabilitiesAreThoseOfTheModel() {
    try (CausalLm model = model();
        NoGrad _ = NoGrad.on()) {
      for (Completion c : generate(model, new Limits(12, Set.of(), 5), prompts())) {
        int[] ids = Arrays.copyOf(c.prompt().tokens(), c.prompt().tokens().length + 12);
        System.arraycopy(c.tokens(), 0, ids, c.prompt().tokens().length, 12);
        Tensor hidden = model.hidden(TokenBatch.of(List.of(ids), model.device()));
        Tensor all = model.logits(hidden).logSoftmax(1);
        for (int t = 0; t < 12; t++) {
          double want =
              all.select(0, c.prompt().tokens().length + t - 1).select(0, c.tokens()[t]).item();
          assertThat((double) c.logProbs()[t]).isCloseTo(want, within(1e-3));
        }
      }
    }
  }

  @Test
  void anEndTokenEndsACompletionAndIsItsLastToken() {
    try (CausalLm model = model()) {
      Completion free =
          generate(model, new Limits(20, Set.of(), 4), List.of(new Prompt(1, new int[] {9}, 1)))
              .getFirst();
      int end = free.tokens()[7];
      Completion ended =
          generate(model, new Limits(20, Set.of(end), 4), List.of(new Prompt(1, new int[] {9}, 1)))
              .getFirst();
      assertThat(ended.reason()).isEqualTo(FinishReason.EOS);
      assertThat(ended.tokens()[ended.tokens().length - 1]).isEqualTo(end);
      assertThat(ended.tokens().length).isLessThanOrEqualTo(8);
    }
  }

  @Test
  void aStopConditionEndsACompletion() {
    try (CausalLm model = model()) {
      Limits limits = new Limits(20, Set.of(), tokens -> tokens.length == 5, 4);
      assertThat(generate(model, limits, prompts()))
          .hasSize(12)
          .allSatisfy(c -> {
            assertThat(c.reason()).isEqualTo(FinishReason.STOP);
            assertThat(c.tokens()).hasSize(5);
            assertThat(c.logProbs()).hasSize(5);
          });
    }
  }

  @Test
  void eachTokenIsToldOfWhenItIsDrawn() {
    try (CausalLm model = model()) {
      Map<String, List<Integer>> told = new HashMap<>();
      Set<Integer> ends = Set.of(1, 2, 3, 4, 5, 6, 7, 8);
      new Generator(model, Sampling.DEFAULT, new Limits(20, ends, 3), 42)
          .generate(
              prompts(),
              (prompt, sample, token) ->
                  told.computeIfAbsent(prompt.id() + "/" + sample, _ -> new ArrayList<>())
                      .add(token),
              c ->
                  assertThat(told.get(c.prompt().id() + "/" + c.sample()))
                      .containsExactlyElementsOf(Arrays.stream(c.tokens()).boxed().toList()));
      assertThat(told).hasSize(12);
    }
  }

  @Test
  void samplesOfAPromptDiffer() {
    try (CausalLm model = model()) {
      List<Completion> all =
          generate(model, new Limits(16, Set.of(), 8), List.of(new Prompt(1, new int[] {9}, 8)));
      assertThat(all.stream().map(c -> Arrays.toString(c.tokens())).distinct().count())
          .isEqualTo(8);
    }
  }

  @Test
  void anotherSeedGivesOtherSamples() {
    try (CausalLm model = model()) {
      Limits limits = new Limits(16, Set.of(), 8);
      List<Prompt> one = List.of(new Prompt(1, new int[] {9}, 1));
      int[] a = new Generator(model, Sampling.DEFAULT, limits, 1).generate(one).getFirst().tokens();
      int[] b = new Generator(model, Sampling.DEFAULT, limits, 2).generate(one).getFirst().tokens();
      assertThat(a).isNotEqualTo(b);
    }
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sampling(1, 0, 0, 0, 1))
        .withMessage("topP must be above 0 and at most 1 (1: off), got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Prompt(4, new int[0], 1))
        .withMessage("prompt 4 must have at least one token");
  }
}
