package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

/// The memory of rows that might get long.
@ExtendWith(LeakCheck.class)
class RowMemoryTest {
  private static final int CONTEXT = 8192;
  private static final int ROWS = 32;
  private static final long TOKEN = 2L * 2 * 512 * Float.BYTES; // layers, key and value, dimensions

  private static CausalLm model() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", "llama").put("vocab_size", 50).put("hidden_size", 512);
    json.put("intermediate_size", 128).put("num_hidden_layers", 2);
    json.put("num_attention_heads", 4).put("max_position_embeddings", CONTEXT);
    CausalLm model =
        Decoders.create(
            ConfigReader.parse(Path.of("config.json"), json), Dtype.FLOAT32, Device.CPU);
    model.initialise(7);
    return model;
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
      assertThat(grown) // and what the JVM takes for its compilers
          .isBetween(8 * 250 * TOKEN, 8 * 400 * TOKEN);
      engine.drain();
      assertThat(Memory.handedOut() - empty).isLessThan(8 * 100 * TOKEN);
    }
  }
}
