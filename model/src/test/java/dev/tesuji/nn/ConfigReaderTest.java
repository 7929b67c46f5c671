package dev.tesuji.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import java.nio.file.Path;
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
    "qwen3, true, true, true, true"
  })
  void familiesOfGroupedAttentionDifferInBiasesAndNorms(
      String type, boolean bias, boolean qkvBias, boolean outputBias, boolean normed) {
    ModelConfig config = read(json(type).put("attention_bias", bias));
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
            "architecture 'gpt5' is not known; Tesuji knows llama, qwen2, qwen3, deepseek_v3");
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
