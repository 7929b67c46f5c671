package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelFixture;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Stories of a real checkpoint, so that there are words and special tokens to stop at.
@ExtendWith(LeakCheck.class)
class StopStringsTest {
  private final List<AutoCloseable> opened = new ArrayList<>(); // none where the fixture is absent
  private CausalLm model;
  private Tokenizer tokenizer;

  @BeforeEach
  void open() {
    Path directory = Fixtures.require("models/stories260k");
    model = ModelFixture.at(directory).load();
    opened.add(model);
    tokenizer = Tokenizer.load(directory);
    opened.add(tokenizer);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private Completion write(int newTokens, String... stops) {
    int[] prompt = tokenizer.encodeWithSpecials("Once upon a time");
    Limits limits = new Limits(newTokens, Set.of(), Set.of(), List.of(stops));
    GenerationRequest request =
        new GenerationRequest(prompt, 1, Sampling.GREEDY, limits, new RandomKey(1, 1));
    Completion[] got = new Completion[1];
    try (GenerationEngine engine =
        new GenerationEngine(model, tokenizer, EngineCapacity.of(List.of(request), 1))) {
      engine.submit(request, c -> got[0] = c);
      engine.drain();
    }
    return got[0];
  }

  @Test
  void aStopStringEndsACompletionAtTheTokenThatCompletesIt() {
    int[] free = write(60).tokens();
    String text = tokenizer.decodeWithSpecials(free);
    String stop = text.substring(40, 47); // within words, over several tokens
    Completion stopped = write(60, "nowhere to be found", stop);
    int end = stopped.tokens().length;
    assertThat(stopped.reason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(free, end));
    assertThat(tokenizer.decodeWithSpecials(stopped.tokens())).contains(stop);
    assertThat(tokenizer.decodeWithSpecials(Arrays.copyOf(free, end - 1))).doesNotContain(stop);
  }

  @Test
  void aTextThatDoesNotComeEndsNothing() {
    Completion c = write(12, "nowhere to be found");
    assertThat(c.reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(c.tokens()).hasSize(12);
  }

  @Test
  void aSpecialTokenIsTextToStopAt() {
    Completion free = write(400);
    int[] specials = tokenizer.specials().values().stream().mapToInt(i -> i).toArray();
    int at = -1;
    for (int i = free.tokens().length - 1; i >= 0; i--) {
      for (int special : specials) {
        at = free.tokens()[i] == special ? i : at;
      }
    }
    assertThat(at).as("a story ends with a special token").isPositive();
    String name = tokenizer.decodeWithSpecials(free.tokens()[at]).strip();
    Completion stopped = write(400, name);
    assertThat(stopped.reason()).isEqualTo(FinishReason.STOP);
    assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(free.tokens(), at + 1));
  }
}
