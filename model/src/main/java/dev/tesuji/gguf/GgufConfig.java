package dev.tesuji.gguf;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a `config.json` from the metadata of a GGUF file.
///
/// What the file keeps as tensors only (tied embeddings, biases, the stretching of Llama 3's
/// positions) is read off its tensors.
final class GgufConfig {
  private static final Map<String, String> FAMILIES =
      Map.of(
          "llama", "llama",
          "qwen2", "qwen2",
          "qwen3", "qwen3",
          "qwen3moe", "qwen3_moe",
          "deepseek2", "deepseek_v3");
  private static final Map<String, String> CLASSES =
      Map.of(
          "llama", "LlamaForCausalLM",
          "qwen2", "Qwen2ForCausalLM",
          "qwen3", "Qwen3ForCausalLM",
          "qwen3moe", "Qwen3MoeForCausalLM",
          "deepseek2", "DeepseekV3ForCausalLM");
  private static final int SIGMOID = 2; // of expert_gating_func

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String architecture;

  private GgufConfig(GgufFile file, String architecture) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = architecture;
  }

  /// Returns the architecture that a file is of.
  ///
  /// @throws BadInput when it is none that is known
  static String architecture(GgufFile file) {
    String name = file.metadata().text("general.architecture");
    if (!FAMILIES.containsKey(name)) {
      throw file.metadata()
          .bad(
              "general.architecture",
              "must be one of " + String.join(", ", FAMILIES.keySet().stream().sorted().toList()),
              "'" + name + "'");
    }
    int parts = file.metadata().whole("split.count", 1);
    if (parts > 1) {
      throw BadInput.in(
          file.path(),
          "is one of "
              + parts
              + " files of a model; join them first (llama-gguf-split --merge FIRST OUT.gguf)");
    }
    return name;
  }

  /// Makes the configuration.
  ///
  /// @throws BadInput when the architecture is not known, or a field is missing or wrong
  static ObjectNode of(GgufFile file) {
    return new GgufConfig(file, architecture(file)).json();
  }

  private ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("architectures").add(CLASSES.get(architecture));
    json.put("model_type", FAMILIES.get(architecture));
    GgufTensor embedding = file.tensor(TensorNames.EMBEDDING);
    json.put("vocab_size", (int) Math.min(embedding.shape().size(0), Integer.MAX_VALUE));
    int width = positive("embedding_length");
    json.put("hidden_size", width);
    json.put("num_hidden_layers", positive("block_count"));
    json.put("intermediate_size", positive("feed_forward_length"));
    json.put("max_position_embeddings", positive("context_length"));
    json.put("rms_norm_eps", number("attention.layer_norm_rms_epsilon", Double.NaN));
    json.put("hidden_act", "silu");
    json.put("tie_word_embeddings", !file.tensors().containsKey(TensorNames.HEAD));
    json.put("attention_bias", hasBias("attn_q") || hasBias("attn_output"));
    json.put("mlp_bias", hasBias("ffn_gate"));
    refuseWindow();
    if (architecture.equals("deepseek2")) {
      latent(json);
    } else {
      grouped(json, width);
    }
    experts(json);
    specials(json);
    json.put("torch_dtype", dtype());
    return json;
  }

  private void grouped(ObjectNode json, int width) {
    int heads = positive("attention.head_count");
    int headDim = whole("attention.key_length", width / heads);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", whole("attention.head_count_kv", heads));
    json.put("head_dim", headDim);
    require("attention.value_length", headDim, "the same as attention.key_length");
    require("rope.dimension_count", headDim, "the width of a head");
    rope(json, headDim);
  }

  private void latent(ObjectNode json) {
    int rotary = positive("rope.dimension_count");
    boolean absorbed = metadata.has(key("attention.key_length_mla"));
    String keys = absorbed ? "attention.key_length_mla" : "attention.key_length";
    String values = absorbed ? "attention.value_length_mla" : "attention.value_length";
    if (positive(keys) <= rotary) {
      throw metadata.bad(key(keys), "must be above rope.dimension_count", positive(keys));
    }
    int heads = positive("attention.head_count");
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", heads);
    json.put("q_lora_rank", whole("attention.q_lora_rank", 0));
    json.put("kv_lora_rank", positive("attention.kv_lora_rank"));
    json.put("qk_nope_head_dim", positive(keys) - rotary);
    json.put("qk_rope_head_dim", rotary);
    json.put("v_head_dim", positive(values));
    json.put("rope_interleave", true);
    rope(json, rotary);
  }

  private void experts(ObjectNode json) {
    int routed = whole("expert_count", 0);
    switch (architecture) {
      case "qwen3moe" -> {
        json.put("num_experts", positive("expert_count"));
        json.put("num_experts_per_tok", positive("expert_used_count"));
        json.put("moe_intermediate_size", positive("expert_feed_forward_length"));
        json.put("norm_topk_prob", flag("expert_weights_norm", true));
        json.put("decoder_sparse_step", 1).putArray("mlp_only_layers");
      }
      case "deepseek2" -> {
        require("expert_gating_func", SIGMOID, "2 (sigmoid, as in DeepSeek-V3)");
        json.put("scoring_func", "sigmoid").put("topk_method", "noaux_tc");
        json.put("first_k_dense_replace", whole("leading_dense_block_count", 0));
        json.put("n_routed_experts", positive("expert_count"));
        json.put("n_shared_experts", whole("expert_shared_count", 0));
        json.put("num_experts_per_tok", positive("expert_used_count"));
        json.put("moe_intermediate_size", positive("expert_feed_forward_length"));
        json.put("n_group", Math.max(1, whole("expert_group_count", 1)));
        json.put("topk_group", Math.max(1, whole("expert_group_used_count", 1)));
        json.put("norm_topk_prob", flag("expert_weights_norm", false));
        json.put("routed_scaling_factor", number("expert_weights_scale", 1));
      }
      default -> {
        if (routed > 0) {
          throw metadata.bad(key("expert_count"), "must be 0 in this architecture", routed);
        }
      }
    }
  }

  private void rope(ObjectNode json, int turned) {
    double theta = number("rope.freq_base", 10_000);
    json.put("rope_theta", theta);
    String type = metadata.textOrNull(key("rope.scaling.type"));
    GgufTensor factors = file.tensors().get(TensorNames.ROPE_FACTORS);
    if (factors != null) {
      json.set("rope_scaling", RopeFactors.recover(file, factors, theta, turned));
      return;
    }
    switch (type == null ? "none" : type) {
      case "none" -> {}
      case "linear" ->
          json.putObject("rope_scaling")
              .put("rope_type", "linear")
              .put("factor", number("rope.scaling.factor", Double.NaN));
      case "yarn" -> yarn(json.putObject("rope_scaling"));
      default ->
          throw metadata.bad(
              key("rope.scaling.type"), "must be none, linear or yarn", "'" + type + "'");
    }
  }

  private void yarn(ObjectNode scaling) {
    scaling.put("rope_type", "yarn");
    scaling.put("factor", number("rope.scaling.factor", Double.NaN));
    scaling.put(
        "original_max_position_embeddings", positive("rope.scaling.original_context_length"));
    scaling.put("beta_fast", number("rope.scaling.yarn_beta_fast", 32));
    scaling.put("beta_slow", number("rope.scaling.yarn_beta_slow", 1));
    double log = number("rope.scaling.yarn_log_multiplier", 0);
    if (log != 0) { // 0.1 times DeepSeek's two settings, which are equal
      double all = Double.parseDouble(Float.toString((float) (log * 10)));
      scaling.put("mscale", all).put("mscale_all_dim", all);
    }
    if (metadata.has(key("rope.scaling.attn_factor"))) {
      throw metadata.bad(
          key("rope.scaling.attn_factor"),
          "must be absent: it is not known yet",
          number("rope.scaling.attn_factor", 1));
    }
  }

  private void refuseWindow() {
    int window = whole("attention.sliding_window", 0);
    if (window > 0 && window < positive("context_length")) {
      throw metadata.bad(
          key("attention.sliding_window"),
          "must be 0 or as long as the context: sliding windows are not known yet",
          window);
    }
  }

  private void specials(ObjectNode json) {
    id(json, "bos_token_id", TokenizerFields.BOS);
    id(json, "pad_token_id", TokenizerFields.PAD);
    List<Integer> ends = GgufTokenizer.ends(metadata);
    if (ends.size() == 1) {
      json.put("eos_token_id", ends.getFirst());
    } else if (ends.size() > 1) {
      ArrayNode all = json.putArray("eos_token_id");
      ends.forEach(all::add);
    }
  }

  private void id(ObjectNode json, String name, String key) {
    if (metadata.has(key)) {
      json.put(name, metadata.whole(key, 0));
    }
  }

  /// Returns the type that holds the values: that of most weights, and float32 for quantised ones,
  /// which a shorter type would round.
  private String dtype() {
    long halves = 0;
    long shorts = 0;
    long others = 0;
    for (GgufTensor tensor : file.tensors().values()) {
      switch (tensor.type()) {
        case F16 -> halves += tensor.bytes();
        case BF16 -> shorts += tensor.bytes();
        default -> others += tensor.bytes();
      }
    }
    if (Math.max(halves, shorts) <= others) {
      return "float32";
    }
    return halves > shorts ? "float16" : "bfloat16";
  }

  private boolean hasBias(String part) {
    return file.tensors().containsKey("blk.0." + part + ".bias");
  }

  private String key(String field) {
    return architecture + "." + field;
  }

  private int whole(String field, int absent) {
    return metadata.whole(key(field), absent);
  }

  private boolean flag(String field, boolean absent) {
    return metadata.flag(key(field), absent);
  }

  private int positive(String field) {
    int value = whole(field, -1);
    if (value < 1) {
      throw metadata.bad(key(field), "must be a whole number above 0", value);
    }
    return value;
  }

  /// Reads a number above 0.
  ///
  /// @param absent NaN where it must be there
  private double number(String field, double absent) {
    double value = metadata.number(key(field), absent);
    if (Double.isNaN(value)) {
      throw BadInput.in(file.path(), "field '" + key(field) + "' is missing");
    }
    if (metadata.has(key(field)) && value <= 0) {
      throw metadata.bad(key(field), "must be above 0", value);
    }
    return value;
  }

  private void require(String field, int only, @Nullable String meaning) {
    int value = whole(field, only);
    if (value != only) {
      throw metadata.bad(key(field), "must be " + only + " (" + meaning + ")", value);
    }
  }
}
