package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.LeakCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class SteeringTest {
  private static final int[] PROMPT = {5, 6, 7};

  private static CausalLm model() {
    return ModelFixture.at(Fixtures.require("models/llama")).load();
  }

  private static GenerationRequest request(Sampling sampling, Limits limits, Steering steering) {
    return new GenerationRequest(PROMPT, 2, sampling, limits, new RandomKey(42, 3), 3, steering);
  }

  private static Steering constrained(@Nullable IntFunction<TokenConstraint> constraint) {
    return new Steering(Map.of(), 0, 0, 0, constraint, false);
  }

  private static List<Completion> generate(CausalLm model, GenerationRequest... requests) {
    return GenerationEngine.generate(model, List.of(requests), 8);
  }

  /// Allows the tokens from 10 to 13 and counts what it was told.
  private static final class Few implements TokenConstraint {
    final List<Integer> accepted = new ArrayList<>();
    final int most;

    Few(int most) {
      this.most = most;
    }

    @Override
    public boolean mask(long[] allowed) {
      allowed[0] |= 0b1111L << 10;
      return true;
    }

    @Override
    public void accept(int token) {
      accepted.add(token);
    }

    @Override
    public boolean isOver() {
      return accepted.size() == most;
    }
  }

  @Test
  void aConstraintIsKeptByEverySampleAndEndsIt() {
    for (Sampling sampling :
        List.of(Sampling.DEFAULT, Sampling.GREEDY, new Sampling(2, 50, 0.99, 0, 1.1))) {
      Few[] made = new Few[2];
      IntFunction<TokenConstraint> factory = sample -> made[sample] = new Few(6);
      try (CausalLm model = model()) {
        Limits limits = new Limits(20, Set.of());
        GenerationRequest free = request(sampling, limits, Steering.NONE);
        List<Completion> all =
            generate(model, request(sampling, limits, constrained(factory)), free);
        for (int s = 0; s < 2; s++) {
          int[] tokens = all.get(s).tokens();
          assertThat(tokens).hasSize(6);
          assertThat(IntStream.of(tokens)).allMatch(t -> t >= 10 && t < 14);
          assertThat(made[s].accepted).isEqualTo(IntStream.of(tokens).boxed().toList());
          assertThat(all.get(s).reason()).isEqualTo(FinishReason.STOP);
        }
        assertThat(all.get(2).tokens()).isEqualTo(generate(model, free).getFirst().tokens());
      }
    }
  }

  @Test
  void aConstraintThatAllowsNothingCostsItsOwnRequestOnly() {
    try (CausalLm model = model();
        GenerationEngine engine =
            new GenerationEngine(model, null, new EngineCapacity(4, 8, 8, 8))) {
      TokenConstraint none =
          new TokenConstraint() {
            @Override
            public boolean mask(long[] allowed) {
              return true;
            }

            @Override
            public void accept(int token) {}
          };
      List<Completion> done = new ArrayList<>();
      Limits limits = new Limits(4, Set.of());
      engine.submit(request(Sampling.DEFAULT, limits, constrained(_ -> none)), done::add);
      engine.submit(request(Sampling.DEFAULT, limits, Steering.NONE), done::add);
      assertThatThrownBy(engine::drain)
          .hasMessage("a constraint must allow at least one token, got none");
      engine.drain();
      assertThat(done.stream().map(Completion::reason))
          .containsExactlyInAnyOrder(
              FinishReason.CANCELLED,
              FinishReason.CANCELLED,
              FinishReason.LENGTH,
              FinishReason.LENGTH);
    }
  }

  @Test
  void biasForcesATokenAndTheModelsOwnLogProbabilityIsTold() {
    Limits limits = new Limits(4, Set.of());
    try (CausalLm model = model()) {
      Steering forced = new Steering(Map.of(77, 1000.0), 0, 0, 0, null, true);
      Completion got = generate(model, request(Sampling.DEFAULT, limits, forced)).getFirst();
      assertThat(got.tokens()).containsOnly(77);
      GenerationRequest score = request(Sampling.DEFAULT, limits, Steering.NONE);
      int[] text = Arrays.copyOf(PROMPT, 7);
      System.arraycopy(got.tokens(), 0, text, 3, 4);
      try (GenerationEngine engine =
          new GenerationEngine(model, null, EngineCapacity.of(List.of(score), 1))) {
        var scores = engine.score(text, 3, PromptKey.PLAIN);
        engine.drain();
        for (int t = 0; t < 4; t++) {
          assertThat(got.logProbs()[t]).isCloseTo(scores.join().logProbs()[2 + t], within(1e-4f));
          TokenLogProb best = got.top().get(t).getFirst();
          TokenLogProb want = scores.join().top().get(2 + t).getFirst();
          assertThat(best.token()).isEqualTo(want.token());
          assertThat(best.logProb()).isCloseTo(want.logProb(), within(1e-4f));
        }
      }
    }
  }

  @Test
  void penaltiesKeepTokensFromComingAgain() {
    Limits limits = new Limits(25, Set.of());
    try (CausalLm model = model()) {
      Steering presence = new Steering(Map.of(), 1000, 0, 0, null, false);
      Steering frequency = new Steering(Map.of(), 0, 1000, 0, null, false);
      for (Steering steering : List.of(presence, frequency)) {
        int[] tokens =
            generate(model, request(Sampling.GREEDY, limits, steering)).getFirst().tokens();
        assertThat(new HashSet<>(IntStream.of(tokens).boxed().toList())).hasSize(25);
      }
    }
  }

  @Test
  void noEndComesBeforeTheFewestTokens() {
    try (CausalLm model = model()) {
      Limits free = new Limits(12, Set.of());
      int first =
          generate(model, request(Sampling.GREEDY, free, Steering.NONE)).getFirst().tokens()[0];
      Limits ends = new Limits(12, Set.of(first));
      Steering later = new Steering(Map.of(), 0, 0, 5, null, false);
      assertThat(generate(model, request(Sampling.GREEDY, ends, Steering.NONE)).getFirst().tokens())
          .hasSize(1);
      assertThat(generate(model, request(Sampling.GREEDY, ends, later)).getFirst().tokens())
          .hasSizeGreaterThanOrEqualTo(6);
    }
  }
}
