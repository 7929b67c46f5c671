package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.Memory;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// The memory of rows that might get long.
@ExtendWith(LeakCheck.class)
class RowMemoryTest {
  private static final int CONTEXT = 8192;
  private static final int ROWS = 32;
  private static final long TOKEN = 4L * 2 * 1024 * Float.BYTES; // of four layers

  private static CausalLm model() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", "llama").put("vocab_size", 50).put("hidden_size", 1024);
    json.put("intermediate_size", 128).put("num_hidden_layers", 4);
    json.put("num_attention_heads", 4).put("max_position_embeddings", CONTEXT);
    CausalLm model =
        Decoders.create(
            ConfigReader.parse(Path.of("config.json"), json), Dtype.FLOAT32, Device.CPU);
    model.initialise(7);
    return model;
  }

  /// Returns how many run together at most, and how many wait then.
  private static List<Integer> most(EngineCapacity room, int... tokens) {
    int running = 0;
    int waiting = 0;
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, room)) {
      for (int some : tokens) {
        submit(engine, 1, some);
      }
      while (engine.step()) {
        if (engine.running() > running) {
          running = engine.running();
          waiting = engine.waiting();
        }
      }
    }
    return List.of(running, waiting);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlySoManyRunAsThereIsRoomForAllTheirTokens(boolean inParts) {
    PromptReading reading = new PromptReading(inParts, 0);
    EngineCapacity room = new EngineCapacity(8, 100, 100, 8, reading);
    int[] same = {20, 20, 20, 20, 20, 20}; // 40 tokens each
    assertThat(most(room, same)).containsExactly(6, 0);
    assertThat(most(room.holding(240), same)).containsExactly(6, 0);
    assertThat(most(room.holding(239), same)).containsExactly(5, 1);
    assertThat(most(room.holding(40), same)).containsExactly(1, 5);
    assertThat(most(room.holding(10), same)).containsExactly(1, 5); // one in any case
    // Who came first goes first: 30 would fit beside 60, and waits behind 100.
    assertThat(most(room.holding(100), 40, 80, 10)).containsExactly(1, 2);
    assertThat(most(room.holding(130), 40, 80, 10)).containsExactly(2, 0);
  }

  @Test
  void whoWaitsForTokensIsAmongThoseOfWhomThereMayBeOnlySoMany() {
    EngineCapacity room = new EngineCapacity(8, 100, 100, 2).holding(40);
    try (CausalLm model = model();
        GenerationEngine engine = new GenerationEngine(model, null, room)) {
      submit(engine, 2, 20);
      engine.step();
      assertThat(List.of(engine.running(), engine.waiting())).containsExactly(1, 1);
      submit(engine, 1, 20);
      assertThatExceptionOfType(EngineFull.class).isThrownBy(() -> submit(engine, 1, 20));
    }
  }

  private static void submit(GenerationEngine engine, int count, int tokens) {
    for (int i = 0; i < count; i++) {
      Limits limits = new Limits(tokens, Set.of());
      engine.submit(
          new GenerationRequest(new int[20], 1, Sampling.DEFAULT, limits, new RandomKey(1, i)),
          _ -> {});
    }
  }

  @Test
  void rowsTakeAsMuchAsTheyHaveTokensAndGiveItBack() {
    Assumptions.assumeTrue(Kernels.available(), "SKIPPED: this machine has no kernels");
    try (CausalLm model = model();
        GenerationEngine engine =
            new GenerationEngine(model, null, EngineCapacity.whole(model.config(), ROWS, ROWS))) {
      submit(engine, 2, 3);
      engine.drain();
      long empty = Memory.handedOut();
      assertThat(empty).isLessThan(ROWS * CONTEXT * TOKEN / 4);
      submit(engine, 8, 300);
      for (int i = 0; i < 250; i++) {
        engine.step();
      }
      long grown = Memory.handedOut() - empty;
      // 270 tokens each, and up to 25 MB of the JVM's compilers, which come and go: as much as 100.
      assertThat(grown).isBetween(8 * 150 * TOKEN, 8 * 400 * TOKEN);
      engine.drain();
      assertThat(Memory.handedOut() - empty).isLessThan(8 * 150 * TOKEN);
    }
  }
}
