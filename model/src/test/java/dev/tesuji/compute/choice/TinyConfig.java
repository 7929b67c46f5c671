package dev.tesuji.compute.choice;

import dev.tesuji.json.Json;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Dimensions of tiny models of two layers.
final class TinyConfig {
  private TinyConfig() {}

  private static ObjectNode layers(String type, int width) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type).put("vocab_size", 40).put("hidden_size", width);
    json.put("intermediate_size", 2 * width).put("num_hidden_layers", 2);
    json.put("num_attention_heads", 4).put("num_key_value_heads", 2);
    return json.put("max_position_embeddings", 64);
  }

  /// Returns a model of grouped attention and gated blocks.
  static ModelConfig dense(String type, int width) {
    return ConfigReader.parse(Path.of("config.json"), layers(type, width));
  }

  /// Returns one whose layers all have a window.
  static ModelConfig windowed(int window) {
    ObjectNode json = layers("mistral", 64).put("sliding_window", window);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  /// Returns one with capped scores, the first of whose two layers has a window.
  ///
  /// @param cap null for none
  static ModelConfig capped(int window, @Nullable Double cap) {
    ObjectNode json = layers("gemma2", 64).put("sliding_window", window);
    json.put("max_position_embeddings", 2048).put("attn_logit_softcapping", cap);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  /// Returns one of grouped attention, whose second layer has experts.
  ///
  /// @param type qwen3_moe, or qwen2_moe with a shared block and weights that are not normed
  static ModelConfig mixture(String type) {
    ObjectNode json = layers(type, 64);
    json.put("num_experts", 6).put("num_experts_per_tok", 2).put("moe_intermediate_size", 32);
    json.put("shared_expert_intermediate_size", 48).put("decoder_sparse_step", 2);
    json.put("norm_topk_prob", type.equals("qwen3_moe"));
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  /// Returns one of latent attention and experts.
  static ModelConfig experts() {
    ObjectNode json = layers("deepseek_v3", 32);
    json.put("q_lora_rank", 8).put("kv_lora_rank", 16).put("qk_nope_head_dim", 8);
    json.put("qk_rope_head_dim", 8).put("v_head_dim", 8).put("first_k_dense_replace", 1);
    json.put("n_routed_experts", 4).put("num_experts_per_tok", 2).put("n_shared_experts", 1);
    json.put("moe_intermediate_size", 16).put("n_group", 1).put("topk_group", 1);
    return ConfigReader.parse(Path.of("config.json"), json);
  }
}
