package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tesuji.compute.PromptKey;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.LeakCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Texts that are scored beside samples that are drawn.
@ExtendWith(LeakCheck.class)
class PromptScoringTest {
  private static final int LENGTH = 900;

  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private static CausalLm model() {
    return ModelFixture.at(Fixtures.require("models/llama")).load();
  }

  private static GenerationEngine engine(CausalLm model, PromptReading reading) {
    return new GenerationEngine(model, null, new EngineCapacity(4, 1000, 600, 10, reading));
  }

  private static int[] text(CausalLm model) {
    int length = Math.min(LENGTH, model.config().maxPositions());
    int[] text = new int[length];
    Arrays.setAll(text, i -> Rng.below(500, 3, i, 0, 0));
    return text;
  }

  private static GenerationRequest endless(int tokens) {
    Limits limits = new Limits(tokens, Set.of());
    return new GenerationRequest(
        new int[] {5, 6}, 1, Sampling.DEFAULT, limits, new RandomKey(1, 1));
  }

  @Test
  void aTextIsReadInPartsWhileOthersGetTheirTokens() {
    try (CausalLm model = model();
        GenerationEngine engine = engine(model, new PromptReading(true, 1 << 20));
        GenerationEngine whole = engine(model, PromptReading.WHOLE)) {
      int[] text = text(model);
      List<Completion> done = new ArrayList<>();
      engine.submit(endless(500), done::add);
      engine.step();
      engine.step();
      CompletableFuture<PromptScores> parts = engine.score(text, 2, PromptKey.PLAIN);
      int steps = 0;
      while (!parts.isDone()) {
        engine.step();
        steps++;
      }
      assertThat(steps).isGreaterThanOrEqualTo(text.length / PromptScoring.MOST);
      assertThat(engine.running()).isEqualTo(1);
      engine.drain();
      CompletableFuture<PromptScores> want = whole.score(text, 2, PromptKey.PLAIN);
      whole.drain();
      assertThat(parts.join().logProbs()).hasSize(text.length - 1);
      assertThat(parts.join().logProbs()).containsExactly(want.join().logProbs(), within(1e-4f));
      assertThat(parts.join().top()).hasSize(text.length - 1);
      assertThat(parts.join().top().get(7).getFirst().token())
          .isEqualTo(want.join().top().get(7).getFirst().token());
      CompletableFuture<PromptScores> alone = engine.score(text, 0, PromptKey.PLAIN);
      engine.drain();
      assertThat(alone.join().logProbs()).isEqualTo(parts.join().logProbs()); // to the last bit
      assertThat(done.getFirst().tokens())
          .isEqualTo(
              GenerationEngine.generate(model, List.of(endless(500)), 1).getFirst().tokens());
    }
  }

  @Test
  void whatWasScoredIsFoundByPromptsOfTheSameKey() {
    try (CausalLm model = model();
        GenerationEngine engine = engine(model, new PromptReading(true, 1 << 24))) {
      int[] text = Arrays.copyOf(text(model), 100);
      CompletableFuture<PromptScores> scores = engine.score(text, 0, new PromptKey(0, "mine"));
      engine.drain();
      assertThat(scores).isCompleted();
      assertThat(engine.kept().bytes()).isPositive();
      Limits limits = new Limits(1, Set.of());
      RandomKey key = new RandomKey(1, 1);
      engine.submit(new GenerationRequest(text, 1, Sampling.DEFAULT, limits, key), _ -> {});
      engine.drain();
      assertThat(engine.kept().found()).isZero(); // of another key
      engine.submit(
          new GenerationRequest(
              text, 1, Sampling.DEFAULT, limits, key, 0, Steering.NONE, new PromptKey(0, "mine")),
          _ -> {});
      engine.drain();
      assertThat(engine.kept().found()).isEqualTo(99);
    }
  }

  @Test
  void aTextThatNobodyWaitsForIsForgotten() {
    try (CausalLm model = model();
        GenerationEngine engine = engine(model, new PromptReading(true, 0))) {
      engine.submit(endless(50), _ -> {});
      engine.step();
      engine.step();
      CompletableFuture<PromptScores> going = engine.score(text(model), 0, PromptKey.PLAIN);
      CompletableFuture<PromptScores> next = engine.score(text(model), 0, PromptKey.PLAIN);
      engine.step();
      next.cancel(false);
      going.cancel(false);
      engine.drain();
      assertThat(engine.hasWork()).isFalse();
      CompletableFuture<PromptScores> one = engine.score(new int[] {7}, 3, PromptKey.PLAIN);
      engine.drain();
      assertThat(one.join().logProbs()).isEmpty();
    }
  }

  @Test
  void anEngineThatIsClosedAnswersThoseWhoWait() {
    try (CausalLm model = model()) {
      GenerationEngine engine = engine(model, new PromptReading(true, 0));
      engine.submit(endless(50), _ -> {});
      engine.step();
      engine.step();
      CompletableFuture<PromptScores> going = engine.score(text(model), 0, PromptKey.PLAIN);
      CompletableFuture<PromptScores> next = engine.score(text(model), 0, PromptKey.PLAIN);
      engine.step();
      engine.close();
      for (CompletableFuture<PromptScores> each : List.of(going, next)) {
        assertThatThrownBy(each::join)
            .isInstanceOf(CompletionException.class)
            .hasRootCauseMessage("the engine is closed");
      }
    }
  }
}
