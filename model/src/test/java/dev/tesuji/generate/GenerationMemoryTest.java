package dev.tesuji.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tesuji.compute.ComputeMemory;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class GenerationMemoryTest {
  private static final long ROOM = 2L << 30;

  /// A model whose row keeps 2 layers of keys and values of 2 heads of 16 numbers of 4 bytes: 512 a
  /// token.
  private static CausalLm model() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("model_type", "llama");
    json.put("vocab_size", 64).put("hidden_size", 64).put("intermediate_size", 64);
    json.put("num_hidden_layers", 2).put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 10_000_000);
    return Decoders.create(
        ConfigReader.parse(Path.of("config.json"), json), Dtype.FLOAT32, Device.CPU);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1_600, 1", // as many as are asked for
    "511, 1_600, 511",
    "513, 1_600, 512", // as many as there are at most
    "100_000, 1_600, 512",
    "100_000, 800_000, 5", // 410 MB each
    "100_000, 4_000_000, 1",
    "2, 4_800_000, 1", // 2.5 GB: one there is in any case
  })
  void rowsAreAsManyAsFit(String samples, String newTokens, int rows) {
    int tokens = Integer.parseInt(newTokens.replace("_", ""));
    try (CausalLm model = model()) {
      long asked = Long.parseLong(samples.replace("_", ""));
      assertThat(GenerationMemory.rows(model, asked, tokens)).isEqualTo(rows);
      if (rows > 1) {
        assertThat(caches(model, rows, tokens)).isLessThanOrEqualTo(ROOM);
      }
    }
  }

  @Test
  void tokensAreAsManyAsFitBesideWhatIsTakenInAnyCase() {
    try (CausalLm model = model()) {
      ComputeMemory memory = model.compute().memory();
      Assumptions.assumeTrue(memory.growsWithTokens(), "SKIPPED: this machine has no kernels");
      long beside = memory.decoding(new DecodingCapacity(0, 1, 4096), 0);
      beside += memory.prefill(GenerationEngine.PREFILL_TOKENS, 4096) + 4L * 64 * 8;
      long room = beside + 10_000 * 512;
      assertThat(GenerationMemory.tokens(model, 8, 4096, room)).isEqualTo(10_000);
      assertThat(GenerationMemory.tokens(model, 8, 4096, beside))
          .isEqualTo(4096); // one in any case
    }
  }

  private static long caches(CausalLm model, int rows, int newTokens) {
    ComputeMemory memory = model.compute().memory();
    return memory.decoding(new DecodingCapacity(rows, 1, newTokens), 0)
        - memory.decoding(new DecodingCapacity(0, 1, newTokens), 0);
  }
}
