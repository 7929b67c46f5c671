package dev.tesuji.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Reads configurations family by family.
class ConfigReaderTest {
  private static ObjectNode json(String type) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type).put("vocab_size", 40).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 3);
    return json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
  }

  private static ObjectNode windowless(String type) {
    return json(type).putNull("sliding_window");
  }

  /// transformers 5 fills in these values where a file leaves the fields out.
  @ParameterizedTest
  @CsvSource({
    "llama, 4, 16, 2048",
    "qwen2, 32, 16, 32768",
    "qwen3, 32, 128, 32768",
    "mistral, 8, 16, 131072",
    "seed_oss, 8, 128, 524288"
  })
  void absentFieldsMeanWhatTheFamilySays(String type, int kvHeads, int headDim, int positions) {
    ObjectNode json = windowless(type).put("hidden_size", 512).put("num_attention_heads", 32);
    json.remove("num_key_value_heads");
    ModelConfig config =
        read(
            type.equals("llama")
                ? json.put("num_attention_heads", 4).put("hidden_size", 64)
                : json);
    AttentionConfig.Grouped grouped = (AttentionConfig.Grouped) config.attention();
    assertThat(grouped.kvHeads()).isEqualTo(kvHeads);
    assertThat(grouped.headDim()).isEqualTo(headDim);
    assertThat(config.maxPositions()).isEqualTo(positions);
  }

  @Test
  void aWindowIsInTheLayersThatTheFileNames() {
    ObjectNode mistral = json("mistral").put("sliding_window", 4096);
    assertThat(windows(mistral)).containsExactly(4096, 4096, 4096);
    assertThat(windows(mistral.put("max_position_embeddings", 4096)))
        .as("a window of the longest sequence touches nothing")
        .containsExactly(0, 0, 0);
    mistral.remove("sliding_window");
    assertThat(windows(mistral.put("max_position_embeddings", 8192)))
        .as("absent")
        .containsExactly(4096, 4096, 4096);
    ObjectNode qwen = json("qwen2").put("use_sliding_window", true).put("sliding_window", 512);
    assertThat(windows(qwen)).as("none behind the 28th").containsExactly(0, 0, 0);
    assertThat(windows(qwen.put("max_window_layers", 1))).containsExactly(0, 512, 512);
    qwen.putArray("layer_types")
        .add("sliding_attention")
        .add("full_attention")
        .add("sliding_attention");
    assertThat(windows(qwen)).containsExactly(512, 0, 512);
    assertThat(windows(qwen.put("use_sliding_window", false))).containsExactly(0, 0, 0);
  }

  private static List<Integer> windows(ObjectNode json) {
    ModelConfig config = read(json);
    return IntStream.range(0, config.layers()).mapToObj(l -> config.sight(l).window()).toList();
  }

  @Test
  void aWindowOrAKindOfLayerThatIsUnknownIsRefused() {
    assertThatThrownBy(() -> read(json("mistral").put("sliding_window", 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(
            "field 'sliding_window' must be a whole number above 0, or null, got 0");
    ObjectNode chunked = json("mistral");
    chunked.putArray("layer_types").add("chunked_attention");
    assertThatThrownBy(() -> read(chunked))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(
            "field 'layer_types' must have one of full_attention, sliding_attention per layer");
  }

  private static ModelConfig read(ObjectNode json) {
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  @ParameterizedTest
  @CsvSource({
    "llama, false, false, false, false",
    "llama, true, true, true, false",
    "qwen2, false, true, false, false",
    "qwen2, true, true, false, false",
    "qwen3, false, false, false, true",
    "qwen3, true, true, true, true",
    "mistral, true, false, false, false", // which has none, whatever the file says
    "seed_oss, true, true, false, false"
  })
  void familiesOfGroupedAttentionDifferInBiasesAndNorms(
      String type, boolean bias, boolean qkvBias, boolean outputBias, boolean normed) {
    ModelConfig config = read(windowless(type).put("attention_bias", bias).put("head_dim", 16));
    assertThat(config.modelType()).isEqualTo(type);
    assertThat(config.attention())
        .isEqualTo(new AttentionConfig.Grouped(4, 2, 16, qkvBias, outputBias, normed));
    assertThat(config.feedForward().experts()).isNull();
    assertThat(config.rope().interleaved()).isFalse();
  }

  @Test
  void deepSeekHasLatentAttentionAndExperts() {
    ObjectNode json = json("deepseek_v3");
    json.put("kv_lora_rank", 16).put("qk_nope_head_dim", 8).put("qk_rope_head_dim", 4);
    json.put("v_head_dim", 8).put("first_k_dense_replace", 1).put("moe_intermediate_size", 32);
    json.put("n_routed_experts", 8).put("num_experts_per_tok", 2);
    ModelConfig config = read(json);
    assertThat(config.attention()).isEqualTo(new AttentionConfig.Latent(4, 0, 16, 8, 4, 8, false));
    assertThat(config.feedForward().expertsOf(0)).isNull();
    assertThat(config.feedForward().expertsOf(1)).isNotNull();
    assertThat(config.rope().interleaved()).isTrue();
  }

  @Test
  void anUnknownFamilyIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> read(json("gpt5")))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(
            "architecture 'gpt5' is not known; Tesuji knows llama, qwen2, qwen3, mistral, ministral,"
                + " seed_oss, deepseek_v3, glm4_moe_lite, qwen2_moe, qwen3_moe, smollm3, gemma2,"
                + " gemma3_text, phi3, olmo2, olmo3, granite");
  }

  @Test
  void headsMustFitTheirKeyHeads() {
    assertThatThrownBy(() -> read(json("llama").put("num_key_value_heads", 3)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining(
            "field 'num_key_value_heads' must divide num_attention_heads (4), got 3");
    assertThatThrownBy(() -> read(json("llama").put("head_dim", 15)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("field 'head_dim' must be even and from 2 to 4096, got 15");
  }
}
