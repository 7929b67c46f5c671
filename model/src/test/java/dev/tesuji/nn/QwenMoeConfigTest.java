package dev.tesuji.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.Scoring;
import dev.tesuji.nn.ModelConfig.SharedExpert;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Reads the configurations of Qwen's mixtures of experts field by field.
class QwenMoeConfigTest {
  private static ObjectNode json(String type) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type).put("vocab_size", 40).put("hidden_size", 64);
    json.put("intermediate_size", 128).put("num_hidden_layers", 6);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    json.put("moe_intermediate_size", 32).put("num_experts", 8).put("num_experts_per_tok", 2);
    return json.put("shared_expert_intermediate_size", 48);
  }

  private static ModelConfig read(ObjectNode json) {
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  private static ExpertsConfig experts(ModelConfig config) {
    return Objects.requireNonNull(config.feedForward().experts());
  }

  private static List<Integer> sparse(ModelConfig config) {
    return IntStream.range(0, config.layers())
        .filter(i -> config.feedForward().expertsOf(i) != null)
        .boxed()
        .toList();
  }

  @Test
  void qwen2HasASharedExpertWithAGateAndQwen3HasNone() {
    ModelConfig second = read(json("qwen2_moe"));
    ModelConfig third = read(json("qwen3_moe").put("norm_topk_prob", true));
    assertThat(experts(second).shared()).isEqualTo(new SharedExpert(48, true));
    assertThat(experts(third).shared()).isNull();
    assertThat(experts(second).normalised()).isFalse();
    assertThat(experts(third).normalised()).isTrue();
    assertThat(experts(second).scoring()).isEqualTo(Scoring.SOFTMAX);
    assertThat(second.attention())
        .isEqualTo(new AttentionConfig.Grouped(4, 2, 16, true, false, false));
    assertThat(third.attention())
        .isEqualTo(new AttentionConfig.Grouped(4, 2, 16, false, false, true));
    assertThat(read(json("qwen2_moe").put("qkv_bias", false)).attention())
        .isEqualTo(new AttentionConfig.Grouped(4, 2, 16, false, false, false));
    assertThat(read(json("qwen3_moe").put("attention_bias", true).put("head_dim", 32)).attention())
        .isEqualTo(new AttentionConfig.Grouped(4, 2, 32, true, true, true));
  }

  @ParameterizedTest
  @CsvSource({"qwen2_moe", "qwen3_moe"})
  void theStepAndTheListSayWhichLayersHaveExperts(String type) {
    assertThat(sparse(read(json(type)))).containsExactly(0, 1, 2, 3, 4, 5);
    ObjectNode second = json(type).put("decoder_sparse_step", 2);
    assertThat(sparse(read(second))).containsExactly(1, 3, 5);
    second.putArray("mlp_only_layers").add(3).add(0);
    assertThat(sparse(read(second))).containsExactly(1, 5);
    ObjectNode none = json(type).put("num_experts", 0);
    assertThat(read(none).feedForward().experts()).isNull();
    ObjectNode renamed = json(type).put("num_local_experts", 5);
    renamed.remove("num_experts"); // transformers 5 saves Qwen3's so
    assertThat(experts(read(renamed)).routed()).isEqualTo(5);
  }

  @Test
  void whatCannotBeIsNamed() {
    refused(json("qwen3_moe").put("decoder_sparse_step", 0), "field 'decoder_sparse_step' must be");
    refused(
        json("qwen3_moe").put("mlp_only_layers", "0"), "field 'mlp_only_layers' must be a list");
    refused(
        json("qwen3_moe").put("num_experts_per_tok", 9),
        "field 'num_experts_per_tok' must be at most num_experts (8), got 9");
    refused(
        json("qwen2_moe").put("output_router_logits", true),
        "field 'output_router_logits' must be false");
    refused(
        json("qwen2_moe").put("use_sliding_window", true).put("sliding_window", 16),
        "field 'use_sliding_window' must be false");
    ObjectNode missing = json("qwen3_moe");
    missing.remove("num_experts");
    refused(missing, "field 'num_experts' is missing");
    ObjectNode unshared = json("qwen2_moe");
    unshared.remove("shared_expert_intermediate_size");
    refused(unshared, "field 'shared_expert_intermediate_size' is missing");
  }

  private static void refused(ObjectNode json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(BadInput.class).hasMessageContaining(message);
  }
}
