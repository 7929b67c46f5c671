package dev.tesuji.compute.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tesuji.compute.Decoding;
import dev.tesuji.compute.DecodingCapacity;
import dev.tesuji.compute.ReadingAhead;
import dev.tesuji.compute.RowTokens;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Kernels;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.LeakCheck;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/// Several tokens of a row in one pass: bit for bit as one after another.
@ExtendWith(LeakCheck.class)
class ReadAheadTest {
  private static void requireKernels(Dtype dtype) {
    Assumptions.assumeTrue(Kernels.available(dtype), "SKIPPED: no kernels in " + dtype);
  }

  private static CausalLm made(ModelConfig config, Dtype dtype) {
    CausalLm model = Decoders.create(config, dtype, Device.CPU);
    model.initialise(7);
    return model;
  }

  private static ModelConfig config(String type) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type).put("vocab_size", 40).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 3).put("head_dim", 24);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("num_experts", 6).put("num_experts_per_tok", 2).put("moe_intermediate_size", 32);
    json.put("max_position_embeddings", 1024).put("norm_topk_prob", true);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void aTokenHasTheSameBitsHoweverManyOfItsRowAreReadWithIt(Dtype dtype) {
    requireKernels(dtype);
    try (CausalLm model = made(config("qwen3"), dtype)) {
      for (int rows : new int[] {1, 2, 5, 40}) {
        ReadingAhead.assertSameBits(model, rows, false);
      }
    }
  }

  @Test
  void alsoWithProductsInBfloat16() {
    requireKernels(Dtype.BFLOAT16);
    try (CausalLm model = made(config("qwen3"), Dtype.FLOAT32)) {
      model.compute().multiplyIn(Dtype.BFLOAT16);
      ReadingAhead.assertSameBits(model, 5, false);
    }
  }

  @Test
  void alsoWithWeightsRoundedToEightBits() {
    try (CausalLm model = made(config("qwen3"), Dtype.FLOAT32)) {
      Assumptions.assumeTrue(model.compute().takesEightBits(), "SKIPPED: no kernels for bytes");
      ReadingAhead.assertSameBits(model, 5, true);
    }
  }

  @Test
  void alsoWithExperts() {
    requireKernels(Dtype.FLOAT32);
    try (CausalLm model = made(config("qwen3_moe"), Dtype.FLOAT32)) {
      ReadingAhead.assertSameBits(model, 5, false);
    }
  }

  @Test
  void alsoWithAWindowThatHidesNothing() {
    requireKernels(Dtype.FLOAT32);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", "mistral").put("vocab_size", 40).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 2);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 1024).put("sliding_window", 128);
    ModelConfig config = ConfigReader.parse(Path.of("config.json"), json);
    try (CausalLm model = made(config, Dtype.FLOAT32)) {
      ReadingAhead.assertSameBits(model, 3, false);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void libtorchReadsOneTokenOfARowAtATime(boolean windowed) {
    ModelConfig config = windowed ? TinyConfig.windowed(4) : TinyConfig.experts();
    try (CausalLm model = made(config, Dtype.FLOAT32);
        NoGrad _ = NoGrad.on();
        Scope _ = Scope.open();
        Decoding decoding = model.decoding(new DecodingCapacity(1, 5, 5))) {
      assertThat(decoding.readsAhead()).isFalse();
      decoding.prefill(List.of(new int[] {1, 2}), new int[1], 0);
      RowTokens two = new RowTokens(new int[2], new int[] {3, 4}, new int[] {2, 3});
      assertThatIllegalArgumentException()
          .isThrownBy(() -> decoding.decode(two))
          .withMessage("tokens must be one of each row, got 2 of 1 rows");
    }
  }
}
