package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.random.Rng;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Generation with proposed tokens against generation without, to the last bit.
@ExtendWith(LeakCheck.class)
class LookupDecodingTest {
  private static final int FEW = 9; // tokens of a vocabulary in which everything comes again soon

  /// Reading beside others costs nothing, so that as many tokens are proposed as may be.
  private static final TokenPrice FREE =
      new TokenPrice() {
        @Override
        public double of(int rows) {
          return 0;
        }

        @Override
        public void took(double seconds, int rows, int tokens) {}
      };

  @BeforeEach
  void requireKernels() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
  }

  private static CausalLm model(int vocabulary) {
    return model(vocabulary, 96);
  }

  private static CausalLm model(int vocabulary, int positions) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", "llama").put("vocab_size", vocabulary).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 2);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", positions);
    CausalLm model =
        Decoders.create(
            ConfigReader.parse(Path.of("config.json"), json), Dtype.FLOAT32, Device.CPU);
    model.initialise(7);
    return model;
  }

  private static int[] prompt(int length, int seed) {
    int[] text = new int[length];
    Arrays.setAll(text, i -> Rng.below(FEW, seed, i, 0, 0));
    return text;
  }

  private static GenerationRequest request(int[] prompt, Sampling sampling, Limits limits) {
    return new GenerationRequest(prompt, 2, sampling, limits, new RandomKey(4, prompt.length));
  }

  private static Limits limits(int newTokens, Integer... ends) {
    return new Limits(newTokens, Set.of(ends));
  }

  /// The completions of requests, the tokens that listeners heard of, and what it took.
  private record Run(
      List<Completion> completions,
      List<List<GeneratedToken>> heard,
      int steps,
      PromptLookup.Counts lookups) {}

  private static Run run(
      CausalLm model,
      @Nullable Tokenizer tokenizer,
      EngineCapacity room,
      List<GenerationRequest> requests) {
    List<Completion[]> all = new ArrayList<>();
    List<List<GeneratedToken>> heard = new ArrayList<>();
    int steps = 0;
    try (GenerationEngine engine = new GenerationEngine(model, tokenizer, room, List.of(), FREE)) {
      for (GenerationRequest request : requests) {
        Completion[] own = new Completion[request.samples()];
        List<List<GeneratedToken>> tokens = new ArrayList<>();
        IntStream.range(0, own.length).forEach(_ -> tokens.add(new ArrayList<>()));
        all.add(own);
        heard.addAll(tokens);
        engine.submit(
            request,
            new GenerationListener() {
              @Override
              public void drawn(GeneratedToken token) {
                assertThat(token.index()).isEqualTo(tokens.get(token.sample()).size());
                tokens.get(token.sample()).add(token);
              }

              @Override
              public void finished(Completion completion) {
                own[completion.sample()] = completion;
              }
            });
      }
      while (engine.hasWork()) {
        engine.step();
        steps++;
      }
      return new Run(all.stream().flatMap(Arrays::stream).toList(), heard, steps, engine.lookups());
    }
  }

  /// Asserts that proposals change nothing but the steps that it takes.
  ///
  /// @return what it took with them
  private static Run assertSame(
      CausalLm model,
      @Nullable Tokenizer tokenizer,
      EngineCapacity room,
      List<GenerationRequest> requests) {
    Run plain = run(model, tokenizer, room, requests);
    Run ahead = run(model, tokenizer, room.lookingUp(PromptLookup.MOST), requests);
    assertThat(plain.lookups()).isEqualTo(PromptLookup.Counts.NONE);
    for (int i = 0; i < plain.completions().size(); i++) {
      Completion want = plain.completions().get(i);
      Completion got = ahead.completions().get(i);
      assertThat(got.tokens()).as("tokens of %d", i).isEqualTo(want.tokens());
      assertThat(got.logProbs()).as("log-probabilities of %d", i).isEqualTo(want.logProbs());
      assertThat(got.top()).isEqualTo(want.top());
      assertThat(got.reason()).isEqualTo(want.reason());
    }
    assertThat(ahead.heard()).isEqualTo(plain.heard());
    return ahead;
  }

  private static EngineCapacity room(List<GenerationRequest> requests, int rows) {
    return EngineCapacity.of(requests, rows);
  }

  @Test
  void aTextThatRepeatsItselfTakesFewSteps() {
    try (CausalLm model = model(FEW)) {
      // What is allowed comes round every five tokens.
      IntFunction<TokenConstraint> round = _ -> new Forced(new int[] {1, 2, 3, 4, 5});
      GenerationRequest request = steered(prompt(4, 1), 60, round);
      Run ahead = assertSame(model, null, room(List.of(request), 1), List.of(request));
      assertThat(ahead.completions().getFirst().tokens()).startsWith(1, 2, 3, 4, 5, 1, 2, 3);
      // Seven tokens until two have come again, of which the prompt's reading draws one.
      assertThat(ahead.steps()).isLessThan(20);
      assertThat(ahead.lookups().accepted()).isGreaterThan(45);
      assertThat(ahead.lookups().proposed()).isGreaterThanOrEqualTo(ahead.lookups().accepted());
    }
  }

  @Test
  void proposalsGoOnFromOnePageOfARowToTheNext() {
    try (CausalLm model = model(FEW, 512)) {
      IntFunction<TokenConstraint> round = _ -> new Forced(new int[] {1, 2, 3, 4, 5});
      GenerationRequest forced = steered(prompt(7, 1), 400, round);
      GenerationRequest free =
          new GenerationRequest(
              prompt(5, 2), 2, new Sampling(0.4, 0, 1, 0, 1), limits(400), new RandomKey(4, 1));
      List<GenerationRequest> requests = List.of(forced, free);
      Run ahead = assertSame(model, null, room(requests, 3), requests);
      assertThat(ahead.lookups().accepted()).isGreaterThan(390);
    }
  }

  /// Allows one text again and again, and insists on being told of nothing else.
  private static final class Forced implements TokenConstraint {
    private final int[] text;
    private int at;

    Forced(int[] text) {
      this.text = text;
    }

    @Override
    public boolean mask(long[] allowed) {
      allowed[text[at % text.length] / Long.SIZE] |= 1L << text[at % text.length];
      return true;
    }

    @Override
    public void accept(int token) {
      assertThat(token).isEqualTo(text[at % text.length]);
      at++;
    }
  }

  private static GenerationRequest steered(
      int[] prompt, int newTokens, @Nullable IntFunction<TokenConstraint> constraint) {
    Steering steering = new Steering(Map.of(), 0, 0, 0, constraint, false);
    return new GenerationRequest(
        prompt, 1, Sampling.DEFAULT, limits(newTokens), new RandomKey(4, 1), 0, steering);
  }

  @Test
  void samplesOfAllKindsInOneBatchStayTheSame() {
    Steering penalised = new Steering(Map.of(2, 1.5), 0.3, 0.2, 3, null, true);
    Limits limits = limits(40, 7);
    try (CausalLm model = model(FEW)) {
      List<GenerationRequest> requests =
          List.of(
              request(prompt(12, 1), Sampling.DEFAULT, limits),
              request(prompt(30, 2), Sampling.GREEDY, limits),
              request(prompt(1, 3), new Sampling(0.4, 4, 0.95, 0.01, 1), limits),
              request(prompt(7, 4), new Sampling(0.7, 0, 1, 0, 1.2), limits),
              new GenerationRequest(
                  prompt(9, 5), 3, Sampling.DEFAULT, limits, new RandomKey(9, 2), 3, penalised),
              new GenerationRequest(
                  prompt(20, 6), 2, Sampling.GREEDY, limits, new RandomKey(9, 3), 2));
      for (int rows : new int[] {1, 3, 13}) {
        Run ahead = assertSame(model, null, room(requests, rows), requests);
        assertThat(ahead.lookups().accepted()).isGreaterThan(40);
        assertThat(ahead.completions().stream().map(Completion::reason))
            .contains(FinishReason.EOS, FinishReason.LENGTH);
      }
    }
  }

  @Test
  void alsoWherePromptsAreReadInPartsBesideThem() {
    try (CausalLm model = model(FEW)) {
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Sampling sampling = i % 2 == 0 ? Sampling.DEFAULT : Sampling.GREEDY;
        requests.add(request(prompt(3 + 5 * i, i % 4), sampling, limits(10 + i, 7)));
      }
      EngineCapacity room = new EngineCapacity(5, 70, 30, 100, new PromptReading(true, 1 << 20));
      Run ahead = assertSame(model, null, room, requests);
      assertThat(ahead.lookups().accepted()).isGreaterThan(20);
    }
  }

  @Test
  void alsoWithWeightsRoundedToEightBits() {
    try (CausalLm model = model(FEW)) {
      Assumptions.assumeTrue(model.compute().takesEightBits(), "SKIPPED: no kernels for bytes");
      List<GenerationRequest> requests =
          List.of(request(prompt(12, 1), Sampling.DEFAULT, limits(40)));
      Run ahead = assertSame(model, null, room(requests, 2).inEightBits(true), requests);
      assertThat(ahead.lookups().accepted()).isPositive();
    }
  }

  @Test
  void limitsEndSamplesInTheMiddleOfWhatWasProposed() {
    try (CausalLm model = model(FEW)) {
      int accepted = 0;
      for (int newTokens = 1; newTokens < 30; newTokens++) {
        List<GenerationRequest> requests =
            List.of(
                request(prompt(10, 1), Sampling.GREEDY, limits(newTokens)),
                request(prompt(11, 1), Sampling.DEFAULT, limits(30, newTokens % FEW)));
        Run ahead = assertSame(model, null, room(requests, 4), requests);
        assertThat(ahead.completions().getFirst().tokens()).hasSize(newTokens);
        accepted += (int) ahead.lookups().accepted();
      }
      assertThat(accepted).isGreaterThan(200);
    }
  }

  @Test
  void noneGoesBeyondTheModelsLastPosition() {
    try (CausalLm model = model(FEW)) {
      int positions = model.config().maxPositions();
      for (int left = 1; left < 20; left++) {
        List<GenerationRequest> requests =
            List.of(request(prompt(positions - left, 1), Sampling.GREEDY, limits(60)));
        Run ahead = assertSame(model, null, room(requests, 2), requests);
        assertThat(ahead.completions().getFirst().tokens()).hasSize(left);
        assertThat(ahead.completions().getFirst().reason()).isEqualTo(FinishReason.LENGTH);
      }
    }
  }

  @Test
  void aRequestThatIsCancelledInTheMiddleGetsNoFurtherToken() {
    try (CausalLm model = model(FEW);
        GenerationEngine engine =
            new GenerationEngine(
                model, null, new EngineCapacity(4, 20, 60, 9).lookingUp(15), List.of(), FREE)) {
      List<Completion> cancelled = new ArrayList<>();
      Generation[] own = new Generation[1];
      IntFunction<TokenConstraint> round = _ -> new Forced(new int[] {1, 2, 3});
      own[0] =
          engine.submit(
              steered(prompt(4, 1), 60, round),
              new GenerationListener() {
                @Override
                public void drawn(GeneratedToken token) {
                  if (token.index() == 25) {
                    own[0].cancel();
                  }
                }

                @Override
                public void finished(Completion completion) {
                  cancelled.add(completion);
                }
              });
      GenerationRequest other = request(prompt(12, 1), Sampling.DEFAULT, limits(40));
      List<Completion> kept = new ArrayList<>();
      engine.submit(other, kept::add);
      engine.drain();
      assertThat(cancelled).hasSize(1);
      assertThat(cancelled.getFirst().reason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(cancelled.getFirst().tokens()).hasSize(26);
      kept.sort((a, b) -> a.sample() - b.sample());
      List<Completion> want = GenerationEngine.generate(model, List.of(other), 2);
      assertThat(kept.get(0).tokens()).isEqualTo(want.get(0).tokens());
      assertThat(kept.get(1).tokens()).isEqualTo(want.get(1).tokens());
      assertThat(engine.running()).isZero();
    }
  }

  @Test
  void aStopStringEndsASampleInTheMiddleOfWhatWasProposed() {
    Path directory = Fixtures.require("models/stories260k"); // whose widths no kernel takes
    try (Tokenizer tokenizer = Tokenizer.load(directory);
        CausalLm model = model(tokenizer.vocabularySize())) {
      int[] text = tokenizer.encode("Lily saw a big red ball in the park. ");
      int[] prompt = Arrays.copyOf(text, 2 * text.length);
      System.arraycopy(text, 0, prompt, text.length, text.length);
      Steering repeats = new Steering(Map.of(), 0, 0, 0, _ -> new Forced(text), false);
      Limits stops = new Limits(60, Set.of(), Set.of(), List.of("not there", "red ba"));
      List<GenerationRequest> requests =
          List.of(
              new GenerationRequest(
                  prompt, 1, Sampling.DEFAULT, stops, new RandomKey(1, 1), 0, repeats),
              new GenerationRequest(prompt, 2, Sampling.GREEDY, stops, new RandomKey(1, 2)));
      Run ahead = assertSame(model, tokenizer, room(requests, 3), requests);
      Completion forced = ahead.completions().getFirst();
      assertThat(forced.reason()).isEqualTo(FinishReason.STOP);
      assertThat(tokenizer.decodeWithSpecials(forced.tokens())).contains("red ba");
      assertThat(forced.tokens().length).isLessThan(text.length);
      assertThat(ahead.lookups().accepted()).isGreaterThan(5);
    }
  }

  @Test
  void aConstraintThatThrowsCostsItsOwnRequestOnly() {
    try (CausalLm model = model(FEW);
        GenerationEngine engine =
            new GenerationEngine(
                model, null, new EngineCapacity(4, 20, 60, 9).lookingUp(15), List.of(), FREE)) {
      IntFunction<TokenConstraint> broken =
          _ -> {
            Forced forced = new Forced(new int[] {1, 2, 3});
            return new TokenConstraint() {
              @Override
              public boolean mask(long[] allowed) {
                return forced.mask(allowed);
              }

              @Override
              public void accept(int token) {
                forced.accept(token);
                if (forced.at == 20) {
                  throw new IllegalStateException("a bug of the caller");
                }
              }
            };
          };
      List<Completion> all = new ArrayList<>();
      GenerationRequest other = request(prompt(12, 1), Sampling.DEFAULT, limits(40));
      engine.submit(steered(prompt(4, 1), 60, broken), all::add);
      engine.submit(other, all::add);
      boolean thrown = false;
      while (engine.hasWork()) {
        try {
          engine.step();
        } catch (IllegalStateException e) {
          thrown = true;
        }
      }
      assertThat(thrown).isTrue();
      assertThat(all.stream().map(c -> c.tokens().length)).containsExactlyInAnyOrder(20, 40, 40);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 15})
  void soManyAreProposedAtATimeAtMost(int most) {
    try (CausalLm model = model(FEW);
        GenerationEngine engine =
            new GenerationEngine(
                model, null, new EngineCapacity(4, 20, 60, 9).lookingUp(most), List.of(), FREE)) {
      IntFunction<TokenConstraint> round = _ -> new Forced(new int[] {1, 2, 3});
      engine.submit(steered(prompt(4, 1), 60, round), _ -> {});
      long before = 0;
      while (engine.step()) {
        long now = engine.lookups().proposed();
        assertThat(now - before).isLessThanOrEqualTo(most);
        before = now;
      }
      assertThat(before).isGreaterThan(20);
    }
  }

  @Test
  void whatItCostsIsMeasuredWhereNobodySaysIt() {
    try (CausalLm model = model(FEW)) {
      List<GenerationRequest> requests =
          List.of(request(prompt(12, 1), Sampling.GREEDY, limits(60)));
      List<Completion> want = GenerationEngine.generate(model, requests, 2);
      EngineCapacity room = room(requests, 2).lookingUp(8);
      List<Completion> got = GenerationEngine.generate(model, requests, room);
      for (int i = 0; i < want.size(); i++) {
        assertThat(got.get(i).tokens()).isEqualTo(want.get(i).tokens());
        assertThat(got.get(i).logProbs()).isEqualTo(want.get(i).logProbs());
      }
    }
  }

  @Test
  void nothingIsProposedWhereLibtorchComputes() {
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/deepseek_v3")).load()) {
      List<GenerationRequest> requests =
          List.of(request(prompt(12, 1), Sampling.GREEDY, limits(20)));
      Run ahead = assertSame(model, null, room(requests, 2), requests);
      assertThat(ahead.lookups()).isEqualTo(PromptLookup.Counts.NONE);
      try (GenerationEngine engine =
          new GenerationEngine(model, null, room(requests, 2).lookingUp(8))) {
        assertThat(engine.looksUp()).isFalse();
      }
    }
  }
}
