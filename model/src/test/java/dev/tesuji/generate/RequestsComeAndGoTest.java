package dev.tesuji.generate;

import static dev.tesuji.generate.Requests.assertSame;
import static dev.tesuji.generate.Requests.limits;
import static dev.tesuji.generate.Requests.model;
import static dev.tesuji.generate.Requests.one;
import static dev.tesuji.generate.Requests.prompts;
import static dev.tesuji.generate.Requests.request;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests of one engine that join, end, are cancelled or refused, by this thread and by others.
@ExtendWith(LeakCheck.class)
class RequestsComeAndGoTest {
  private static final EngineCapacity ROOM = new EngineCapacity(8, 20, 30, 100);

  @Test
  void eachTokenIsToldOfWhenItIsDrawn() {
    Map<String, List<Integer>> told = new HashMap<>();
    List<Completion> finished = new ArrayList<>();
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      for (GenerationRequest request : prompts(limits(20, 1, 2, 3, 4, 5, 6, 7, 8))) {
        String name = request.key().stream() + "/";
        engine.submit(
            request,
            new GenerationListener() {
              @Override
              public void drawn(GeneratedToken t) {
                List<Integer> own = told.computeIfAbsent(name + t.sample(), _ -> new ArrayList<>());
                assertThat(t.index()).isEqualTo(own.size());
                own.add(t.token());
              }

              @Override
              public void finished(Completion c) {
                finished.add(c);
                assertThat(told.get(name + c.sample()))
                    .containsExactlyElementsOf(Arrays.stream(c.tokens()).boxed().toList());
              }
            });
      }
      engine.drain();
    }
    assertThat(told).hasSize(12);
    assertThat(finished).hasSize(12);
  }

  @Test
  void requestsJoinAndLeaveBetweenSteps() {
    Limits limits = limits(10);
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      List<Completion> early = new ArrayList<>();
      List<Completion> late = new ArrayList<>();
      engine.submit(prompts(limits).getFirst(), early::add);
      for (int i = 0; i < 5; i++) {
        assertThat(engine.step()).isTrue();
      }
      engine.submit(prompts(limits(20)).getLast(), late::add); // five samples, four rows are free
      engine.step();
      assertThat(engine.running()).isEqualTo(8);
      assertThat(engine.waiting()).isEqualTo(1);
      engine.drain();
      assertThat(engine.running()).isZero();
      early.sort((a, b) -> a.sample() - b.sample());
      late.sort((a, b) -> a.sample() - b.sample());
      assertSame(early, GenerationEngine.generate(model, List.of(prompts(limits).getFirst()), 4));
      assertSame(late, GenerationEngine.generate(model, List.of(prompts(limits(20)).getLast()), 5));
    }
  }

  @Test
  void aListenerMayAskForMore() {
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      List<Completion> all = new ArrayList<>();
      engine.submit(
          one(limits(4)),
          c -> {
            all.add(c);
            engine.submit(request(c.tokens(), 1, limits(3), 2), all::add);
          });
      engine.drain();
      assertThat(all).hasSize(2);
      assertThat(all.getLast().request().prompt()).isEqualTo(all.getFirst().tokens());
    }
  }

  @Test
  void cancelledRequestsEndWithinAStepAndTheOthersGoOn() {
    try (CausalLm model = model();
        GenerationEngine engine =
            new GenerationEngine(model, null, new EngineCapacity(5, 20, 30, 100))) {
      List<Completion> kept = new ArrayList<>();
      List<Completion> running = new ArrayList<>();
      List<Completion> waiting = new ArrayList<>();
      Generation first = engine.submit(prompts(limits(20)).getFirst(), running::add);
      engine.submit(one(limits(20)), kept::add);
      Generation last = engine.submit(prompts(limits(20)).getLast(), waiting::add);
      for (int i = 0; i < 3; i++) {
        engine.step();
      }
      first.cancel();
      first.cancel();
      last.cancel(); // it has not begun
      engine.step();
      assertThat(engine.running()).isEqualTo(1);
      assertThat(engine.waiting()).isZero();
      assertThat(running)
          .hasSize(4)
          .allSatisfy(c -> {
            assertThat(c.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(c.tokens()).hasSize(4); // of the prompt's reading and of three steps
          });
      assertThat(waiting)
          .hasSize(5)
          .allSatisfy(c -> {
            assertThat(c.reason()).isEqualTo(FinishReason.CANCELLED);
            assertThat(c.tokens()).isEmpty();
          });
      engine.drain();
      last.cancel(); // it is done
      assertThat(last.isDone()).isTrue();
      engine.step();
      assertThat(running).hasSize(4);
      assertThat(waiting).hasSize(5);
      assertSame(kept, GenerationEngine.generate(model, List.of(one(limits(20))), 1));
    }
  }

  @Test
  void aPromptMayBeGivenUpBetweenTwoOfItsLayers() {
    EngineCapacity inParts = new EngineCapacity(5, 200, 20, 100, new PromptReading(true, 0));
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, inParts)) {
      List<Completion> kept = new ArrayList<>();
      List<Completion> given = new ArrayList<>();
      engine.submit(one(limits(20)), kept::add);
      for (int i = 0; i < 4; i++) {
        engine.step(); // so that it is known what a step takes
      }
      for (int round = 0; round < 3; round++) {
        long objects = Memory.nativeObjects();
        Generation late = engine.submit(request(new int[150], 2, limits(3), 1), given::add);
        engine.step();
        assertThat(Memory.nativeObjects()).isGreaterThan(objects); // it is on its way
        late.cancel();
        engine.step();
        assertThat(Memory.nativeObjects()).isEqualTo(objects);
        assertThat(engine.running()).isEqualTo(1);
      }
      assertThat(given).hasSize(6).allMatch(c -> c.reason() == FinishReason.CANCELLED);
      engine.drain();
      assertSame(kept, GenerationEngine.generate(model, List.of(one(limits(20))), 1));
    }
  }

  @Test
  void anEngineThatIsClosedCancelsWhatIsLeftAndTakesNothingMore() {
    List<Completion> all = new ArrayList<>();
    try (CausalLm model = model()) {
      GenerationEngine engine = new GenerationEngine(model, null, ROOM);
      prompts(limits(20)).forEach(r -> engine.submit(r, all::add));
      engine.step();
      engine.close();
      engine.close();
      assertThat(all).hasSize(12).allMatch(c -> c.reason() == FinishReason.CANCELLED);
      assertThatIllegalStateException()
          .isThrownBy(() -> engine.submit(one(limits(2)), all::add))
          .withMessage("the engine is closed");
    }
  }

  @Test
  void aListenerThatThrowsCostsItsOwnRequestOnly() {
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      List<Completion> kept = new ArrayList<>();
      engine.submit(
          request(new int[] {7}, 2, limits(20), 5),
          new GenerationListener() {
            @Override
            public void drawn(GeneratedToken token) {
              if (token.index() == 2) {
                throw new IllegalStateException("a bug of the caller");
              }
            }

            @Override
            public void finished(Completion completion) {
              assertThat(completion.reason()).isEqualTo(FinishReason.CANCELLED);
            }
          });
      engine.submit(one(limits(20)), kept::add);
      engine.step();
      assertThatIllegalStateException().isThrownBy(engine::step).withMessage("a bug of the caller");
      engine.drain();
      assertSame(kept, GenerationEngine.generate(model, List.of(one(limits(20))), 1));
    }
  }

  @Test
  void aListenerMustNotDriveTheEngine() {
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      engine.submit(one(limits(2)), _ -> engine.step());
      assertThatIllegalStateException()
          .isThrownBy(engine::drain)
          .withMessage("a listener must neither step nor close the engine");
    }
  }

  @Test
  void requestsThatCannotBeMetAreRefusedAndLeaveNothingBehind() {
    try (CausalLm model = model();
        GenerationEngine engine =
            new GenerationEngine(model, null, new EngineCapacity(2, 6, 9, 3))) {
      int positions = model.config().maxPositions();
      int vocabulary = model.config().vocabularySize();
      assertRefused(
          engine,
          request(new int[positions], 1, limits(2), 1),
          "a prompt must be shorter than the model's "
              + positions
              + " positions, got "
              + positions);
      assertRefused(
          engine,
          request(new int[7], 1, limits(2), 1),
          "a prompt must have at most 6 tokens in this engine, got 7");
      assertRefused(
          engine,
          one(limits(10)),
          "a completion must have at most 9 new tokens in this engine, got 10");
      assertRefused(
          engine,
          request(new int[] {3, vocabulary}, 1, limits(2), 1),
          "a token id must be from 0 to " + (vocabulary - 1) + ", got " + vocabulary);
      assertRefused(
          engine,
          one(new Limits(2, Set.of(), Set.of(), List.of("so"))),
          "stopStrings must be empty without a tokenizer, got [so]");
      assertRefused(
          engine,
          new GenerationRequest(
              new int[1], 1, Sampling.DEFAULT, limits(2), new RandomKey(1, 1), vocabulary + 1),
          "topLogProbs must be at most the vocabulary's "
              + vocabulary
              + " tokens, got "
              + (vocabulary + 1));
      assertThatExceptionOfType(EngineFull.class)
          .isThrownBy(() -> engine.submit(request(new int[] {3}, 6, limits(2), 1), _ -> {}))
          .withMessage(
              "at most 3 samples may wait, and with this request it would be 4; try again later");
      assertThat(engine.running() + engine.waiting()).isZero();
      assertThat(engine.step()).isFalse();
    }
  }

  @Test
  void whatTakesAFreeRowInTheNextStepDoesNotWait() {
    try (CausalLm model = model();
        GenerationEngine engine =
            new GenerationEngine(model, null, new EngineCapacity(3, 6, 9, 2))) {
      for (int i = 0; i < 5; i++) { // three for the rows, and two that wait
        engine.submit(request(new int[] {3}, 1, limits(2), i), _ -> {});
      }
      assertThatExceptionOfType(EngineFull.class)
          .isThrownBy(() -> engine.submit(request(new int[] {3}, 1, limits(2), 9), _ -> {}));
      engine.drain();
    }
  }

  private static void assertRefused(
      GenerationEngine engine, GenerationRequest request, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.submit(request, _ -> {}))
        .withMessage(message);
  }

  @Test
  @Timeout(60)
  void otherThreadsReadTokensAsTheyAreDrawn() throws InterruptedException {
    Limits limits = limits(15);
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      Thread driver = Thread.ofPlatform().start(engine::serve);
      List<Integer> read = new ArrayList<>();
      try (GenerationStream stream = engine.submit(one(limits));
          GenerationStream other = engine.submit(prompts(limits).getFirst());
          GenerationStream dropped = engine.submit(prompts(limits(25)).getLast())) {
        assertThat(dropped.next()).isPresent();
        dropped.cancel(); // it may have ended by now
        for (Optional<GeneratedToken> t = stream.next(); t.isPresent(); t = stream.next()) {
          read.add(t.get().token());
        }
        int others = 0;
        while (other.next().isPresent()) {
          others++;
        }
        while (dropped.next().isPresent()) {
          // what was drawn before the step in which it ended
        }
        assertThat(others).isEqualTo(4 * 15);
        assertThat(dropped.completions()).hasSize(5);
        assertThat(stream.next()).isEmpty();
      }
      engine.stop();
      driver.join();
      int[] want = GenerationEngine.generate(model, List.of(one(limits)), 1).getFirst().tokens();
      assertThat(read).containsExactlyElementsOf(Arrays.stream(want).boxed().toList());
      assertThat(engine.running()).isZero();
    }
  }

  @Test
  void anotherThreadCancelsWithinAStep() {
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, ROOM)) {
      AtomicReference<Generation> running = new AtomicReference<>();
      List<Completion> done = new ArrayList<>();
      GenerationListener impatient =
          new GenerationListener() {
            @Override
            public void drawn(
                GeneratedToken token) { // the driver waits while another thread cancels
              Thread canceller =
                  Thread.ofPlatform().start(() -> requireNonNull(running.get()).cancel());
              try {
                canceller.join();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }

            @Override
            public void finished(Completion completion) {
              done.add(completion);
            }
          };
      running.set(engine.submit(prompts(limits(25)).getLast(), impatient));
      engine.drain();
      assertThat(done)
          .hasSize(5)
          .allMatch(
              c -> c.reason() == FinishReason.CANCELLED && c.tokens().length <= 2); // of the step
      assertThat(engine.running()).isZero();
    }
  }

  /// By kernels and by libtorch.
  @ParameterizedTest
  @ValueSource(strings = {"llama", "deepseek_v3"})
  void requestsThatFinishAreCancelledOrRefusedLeaveNoRowAndNoByte(String name) {
    try (CausalLm model = ModelFixture.at(Fixtures.require("models/" + name)).load();
        GenerationEngine engine =
            new GenerationEngine(model, null, new EngineCapacity(8, 200, 30, 100))) {
      long objects = 0;
      long bytes = 0;
      for (int round = 0; round < 300; round++) {
        if (round == 20) { // what stays is there now
          objects = Memory.nativeObjects();
          bytes = NativeMemory.now();
        }
        int[] finished = new int[1];
        List<Generation> all =
            IntStream.range(0, 3)
                .mapToObj(
                    i -> engine.submit(request(new int[200], 4, limits(3), i), _ -> finished[0]++))
                .toList();
        assertThatIllegalArgumentException()
            .isThrownBy(() -> engine.submit(one(limits(31)), _ -> finished[0]++));
        all.get(round % 3).cancel();
        engine.step();
        all.get((round + 1) % 3).cancel();
        engine.drain();
        assertThat(finished[0]).isEqualTo(12);
        assertThat(all).allMatch(Generation::isDone);
        assertThat(engine.running()).isZero();
        assertThat(engine.waiting()).isZero();
      }
      assertThat(Memory.nativeObjects()).isEqualTo(objects);
      if (NativeMemory.isKnown()) {
        // The JVM's compilers take some beside; the prompts of all rounds are over 60 MB.
        assertThat(NativeMemory.now() - bytes).isLessThan(16 << 20);
      }
    }
  }
}
