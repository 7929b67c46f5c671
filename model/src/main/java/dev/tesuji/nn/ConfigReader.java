package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.ModelConfig.FeedForwardConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
import dev.tesuji.nn.ModelConfig.Specials;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads `config.json` in both layouts: that of transformers 5 (`rope_parameters`, `dtype`) and the
/// older one of most published checkpoints (`rope_theta`, `rope_scaling`, `torch_dtype`).
public final class ConfigReader {
  private static final int LARGEST = 1 << 20; // of any dimension; products stay below 2^63
  private static final int LARGEST_HEAD = 1 << 12;

  private final Path file;
  private final ObjectNode json;
  private final ModelFamily family;

  private ConfigReader(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
    this.family = family(file, json);
  }

  /// Reads the configuration of a model directory.
  ///
  /// @throws BadInput when there is none, its architecture is unknown, or a field is wrong
  public static ModelConfig read(Path directory) {
    Path file = directory.resolve("config.json");
    if (!Files.isDirectory(directory)) {
      throw BadInput.in(
          directory,
          Files.exists(directory)
              ? "must be a model directory (config.json, *.safetensors, tokenizer.json), got a file"
              : "no such model directory");
    }
    if (!Files.exists(file)) {
      throw BadInput.in(
          directory, "has no config.json, so it is not a Hugging Face model directory");
    }
    return new ConfigReader(file, Json.readObject(file)).config();
  }

  /// Reads a configuration that is already in memory.
  ///
  /// @param file named in errors
  public static ModelConfig parse(Path file, ObjectNode json) {
    return new ConfigReader(file, json).config();
  }

  private ModelConfig config() {
    refuseQuantised();
    requireSilu();
    new SlidingWindows(file, json, family).refuse(positive("num_hidden_layers"), positions());
    ModelFamily.Defaults absent = family.defaults();
    boolean bias = json.path("mlp_bias").asBoolean(false);
    return new ModelConfig(
        family.type(),
        positive("vocab_size"),
        positive("hidden_size"),
        positive("num_hidden_layers"),
        family.isLatent() ? latentAttention() : groupedAttention(),
        new FeedForwardConfig(
            positive("intermediate_size"), bias, family.isLatent() ? experts() : null),
        rope(),
        number(json, "rms_norm_eps", absent.epsilon()),
        json.path("tie_word_embeddings").asBoolean(false),
        positions(),
        new Specials(idOrNull("bos_token_id"), ids("eos_token_id"), idOrNull("pad_token_id")),
        dtype());
  }

  private static ModelFamily family(Path file, ObjectNode json) {
    String type = json.path("model_type").asString("");
    return ModelFamily.find(type)
        .orElseThrow(() ->
            BadInput.in(
                file,
                "architecture '"
                    + BadInput.brief(type)
                    + "' is not known; Tesuji knows "
                    + String.join(", ", ModelFamily.types())));
  }

  /// Names the method by which weights were made smaller, rather than to stumble over their types.
  private void refuseQuantised() {
    JsonNode quantised = json.path("quantization_config");
    String method = quantised.path("quant_method").asString("");
    boolean off =
        method.equals("bitsandbytes")
            && !quantised.path("load_in_8bit").asBoolean(false)
            && !quantised.path("load_in_4bit").asBoolean(false);
    if (quantised.isObject() && !quantised.isEmpty() && !off) {
      throw BadInput.in(
          file,
          "field 'quantization_config': the weights are quantised ("
              + (method.isEmpty() ? "by no method that it names" : BadInput.brief(method))
              + "), and Tesuji reads float32, bfloat16, float16 and float64 weights only; take the"
              + " model as it was before, or dequantise it (transformers: model.dequantize(),"
              + " save_pretrained)");
    }
  }

  private AttentionConfig groupedAttention() {
    ModelFamily.Defaults absent = family.defaults();
    int heads = positive("num_attention_heads");
    int kvHeads = sizeOr("num_key_value_heads", absent.kvHeads(), heads);
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw bad("num_key_value_heads", "must divide num_attention_heads (" + heads + ")", kvHeads);
    }
    int headDim = sizeOr("head_dim", absent.headDim(), positive("hidden_size") / heads);
    requireEven("head_dim", headDim);
    boolean given = json.path("attention_bias").asBoolean(absent.bias());
    boolean bias = family == ModelFamily.QWEN2 || (family != ModelFamily.MISTRAL && given);
    boolean outputBias =
        switch (family) {
          case LLAMA, QWEN3 -> bias;
          case SEED_OSS -> json.path("attention_out_bias").asBoolean(false);
          case MISTRAL, QWEN2, DEEPSEEK_V3, GLM4_MOE_LITE -> false;
        };
    return new AttentionConfig.Grouped(
        heads, kvHeads, headDim, bias, outputBias, family == ModelFamily.QWEN3);
  }

  /// Returns a size: the family's own where the field is absent, and it has one; what follows from
  /// other sizes where the field is null.
  private int sizeOr(String field, int absent, int implied) {
    return optionalInt(field, json.has(field) || absent == 0 ? implied : absent);
  }

  private AttentionConfig latentAttention() {
    int rotary = positive("qk_rope_head_dim");
    requireEven("qk_rope_head_dim", rotary);
    return new AttentionConfig.Latent(
        positive("num_attention_heads"),
        notNegative("q_lora_rank", 0),
        positive("kv_lora_rank"),
        positive("qk_nope_head_dim"),
        rotary,
        positive("v_head_dim"),
        json.path("attention_bias").asBoolean(false));
  }

  private void requireEven(String field, int value) {
    if (value < 2 || value % 2 != 0 || value > LARGEST_HEAD) {
      throw bad(field, "must be even and from 2 to " + LARGEST_HEAD, value);
    }
  }

  private ExpertsConfig experts() {
    requireText("scoring_func", "sigmoid");
    requireText("topk_method", "noaux_tc");
    int routed = positive("n_routed_experts");
    ModelFamily.ExpertDefaults absent = family.experts();
    int groups = notNegative("n_group", absent.groups());
    if (groups < 1 || routed % groups != 0) {
      throw bad("n_group", "must divide n_routed_experts (" + routed + ")", groups);
    }
    int groupsPerToken = notNegative("topk_group", Math.min(groups, absent.groupsPerToken()));
    if (groupsPerToken < 1 || groupsPerToken > groups) {
      throw bad("topk_group", "must be from 1 to n_group (" + groups + ")", groupsPerToken);
    }
    int perToken = positive("num_experts_per_tok");
    if (perToken > groupsPerToken * (routed / groups)) {
      throw bad(
          "num_experts_per_tok",
          "must be at most the experts of topk_group groups ("
              + groupsPerToken * (routed / groups)
              + ")",
          perToken);
    }
    return new ExpertsConfig(
        denseLayers(absent.dense()),
        positive("moe_intermediate_size"),
        routed,
        notNegative("n_shared_experts", 1),
        perToken,
        groups,
        groupsPerToken,
        json.path("norm_topk_prob").asBoolean(true),
        number(json, "routed_scaling_factor", absent.scale()));
  }

  /// Returns how many layers at the beginning have no experts.
  private int denseLayers(int absent) {
    if (family != ModelFamily.GLM4_MOE_LITE) {
      return notNegative("first_k_dense_replace", absent);
    }
    JsonNode kinds = json.path("mlp_layer_types");
    if (!kinds.isArray()) {
      return absent;
    }
    int dense = 0;
    while (kinds.path(dense).asString("").equals("dense")) {
      dense++;
    }
    for (int i = dense; i < positive("num_hidden_layers"); i++) {
      if (!kinds.path(i).asString("").equals("sparse")) {
        throw bad(
            "mlp_layer_types",
            "must have one of dense or sparse per layer, the dense first",
            kinds);
      }
    }
    return dense;
  }

  private void requireText(String field, String only) {
    String value = json.path(field).asString(only);
    if (!value.equals(only)) {
      throw bad(field, "must be " + only, value);
    }
  }

  private void requireSilu() {
    String activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw bad("hidden_act", "must be silu", activation);
    }
  }

  private RopeConfig rope() {
    JsonNode old = json.path("rope_scaling");
    JsonNode given = old.isObject() && !old.isEmpty() ? old : json.path("rope_parameters");
    JsonNode full = given.path("full_attention"); // a dict per kind of attention
    JsonNode rope = full.isObject() ? full : given;
    double theta = number(json, "rope_theta", 10_000);
    if (rope.isObject()) {
      theta = number(rope, "rope_theta", theta);
    }
    double part = number(json, "partial_rotary_factor", 1);
    if (number(rope, "partial_rotary_factor", part) != 1) {
      throw bad("partial_rotary_factor", "must be 1 in models of type " + family.type(), part);
    }
    boolean interleaved = family.isLatent() && json.path("rope_interleave").asBoolean(true);
    RopeScaling kind = rope.isObject() ? scaling(rope) : new RopeScaling.None();
    return new RopeConfig(theta, kind, interleaved);
  }

  private RopeScaling scaling(JsonNode scaling) {
    String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(number(scaling, "factor", Double.NaN));
      case "llama3" ->
          new RopeScaling.Llama3(
              number(scaling, "factor", Double.NaN),
              number(scaling, "low_freq_factor", Double.NaN),
              number(scaling, "high_freq_factor", Double.NaN),
              originalPositions(scaling));
      case "yarn" -> yarn(scaling);
      default ->
          throw bad("rope_scaling.rope_type", "must be one of default, linear, llama3, yarn", type);
    };
  }

  /// Returns the length that positions were made for before they were stretched: a field beside the
  /// scaling goes before one in it, as transformers has it.
  private int originalPositions(JsonNode scaling) {
    String name = "original_max_position_embeddings";
    int value = (int) number(json.hasNonNull(name) ? json : scaling, name, positions());
    if (value < 1) {
      throw bad(name, "must be a whole number above 0", value);
    }
    return value;
  }

  private RopeScaling yarn(JsonNode scaling) {
    int original = originalPositions(scaling);
    double factor = number(scaling, "factor", (double) positions() / original);
    double mscale = number(scaling, "mscale", 0);
    double all = number(scaling, "mscale_all_dim", 0);
    double implied =
        mscale != 0 && all != 0
            ? magnitude(factor, mscale) / magnitude(factor, all)
            : magnitude(factor, 1);
    return new RopeScaling.Yarn(
        factor,
        number(scaling, "beta_fast", 32),
        number(scaling, "beta_slow", 1),
        original,
        number(scaling, "attention_factor", implied),
        all == 0 ? 1 : magnitude(factor, all),
        scaling.path("truncate").asBoolean(true));
  }

  /// Returns YaRN's growth of magnitudes: 0.1 m ln(factor) + 1.
  private static double magnitude(double factor, double m) {
    return factor <= 1 ? 1 : 0.1 * m * Math.log(factor) + 1;
  }

  private Dtype dtype() {
    JsonNode node = json.hasNonNull("dtype") ? json.get("dtype") : json.path("torch_dtype");
    if (!node.isString() || node.stringValue().equals("auto")) {
      return Dtype.FLOAT32;
    }
    try {
      Dtype dtype = Dtype.named(node.stringValue());
      if (!dtype.isFloating()) {
        throw bad("dtype", "must be float32, bfloat16, float16 or float64", dtype);
      }
      return dtype;
    } catch (IllegalArgumentException e) {
      throw new BadInput(file + ": " + BadInput.brief(e.getMessage()), e);
    }
  }

  private int positive(String name) {
    int value = optionalInt(name, -1);
    if (value < 1) {
      throw json.has(name)
          ? bad(name, "must be a whole number above 0", json.get(name))
          : BadInput.in(file, "field '" + name + "' is missing");
    }
    if (value > LARGEST) {
      throw bad(name, "must be at most " + LARGEST, value);
    }
    return value;
  }

  private int notNegative(String name, int absent) {
    int value = optionalInt(name, absent);
    if (value < 0 || value > LARGEST) {
      throw bad(name, "must be from 0 to " + LARGEST, value);
    }
    return value;
  }

  private int positions() {
    int value = optionalInt("max_position_embeddings", family.defaults().positions());
    if (value < 1) {
      throw bad("max_position_embeddings", "must be a whole number above 0", value);
    }
    return value;
  }

  private int optionalInt(String name, int absent) {
    JsonNode node = json.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return absent;
    }
    if (!node.canConvertToInt() || !node.isIntegralNumber()) {
      throw bad(name, "must be a whole number", node);
    }
    return node.intValue();
  }

  private double number(JsonNode from, String name, double absent) {
    JsonNode node = from.path(name);
    double value = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
    if (Double.isFinite(value) && value >= 0) {
      return value;
    }
    if ((node.isMissingNode() || node.isNull()) && !Double.isNaN(absent)) {
      return absent;
    }
    throw bad(name, "must be a number from 0", node);
  }

  private @Nullable Integer idOrNull(String name) {
    List<Integer> ids = ids(name);
    return ids.isEmpty() ? null : ids.getFirst();
  }

  private List<Integer> ids(String name) {
    List<Integer> ids = new ArrayList<>();
    JsonNode node = json.path(name);
    Iterable<JsonNode> all = node.isArray() ? node : List.of(node);
    for (JsonNode id : all) {
      if (id.isIntegralNumber() && id.canConvertToInt()) {
        ids.add(id.intValue());
      } else if (!id.isMissingNode() && !id.isNull()) {
        throw bad(name, "must be a token id or a list of them", node);
      }
    }
    return ids;
  }

  private BadInput bad(String field, String constraint, Object value) {
    return BadInput.in(
        file, "field '" + field + "' " + constraint + ", got " + BadInput.brief(value));
  }
}
