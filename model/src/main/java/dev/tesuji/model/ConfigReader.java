package dev.tesuji.model;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.Json;
import dev.tesuji.model.ModelConfig.AttentionConfig;
import dev.tesuji.model.ModelConfig.FeedForwardConfig;
import dev.tesuji.model.ModelConfig.RopeConfig;
import dev.tesuji.model.ModelConfig.RopeScaling;
import dev.tesuji.model.ModelConfig.Specials;
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
  private static final String KNOWN = "llama, qwen2";
  private static final int LLAMA_DEFAULT_KV = 0; // as many as query heads

  private static final int LARGEST = 1 << 20; // of any dimension; products stay below 2^63
  private static final int LARGEST_HEAD = 1 << 12;

  private final Path file;
  private final ObjectNode json;

  private ConfigReader(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
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
    String type = json.path("model_type").asString("");
    boolean qwen2 =
        switch (type) {
          case "qwen2" -> true;
          case "llama" -> false;
          default ->
              throw BadInput.in(
                  file,
                  "architecture '"
                      + BadInput.brief(type)
                      + "' is not known; Tesuji knows "
                      + KNOWN);
        };
    requireSilu();
    refuseSlidingWindow();
    int width = positive("hidden_size");
    int heads = positive("num_attention_heads");
    int kvHeads = optionalInt("num_key_value_heads", LLAMA_DEFAULT_KV);
    kvHeads = kvHeads == LLAMA_DEFAULT_KV ? heads : kvHeads;
    if (kvHeads < 1 || heads % kvHeads != 0) {
      throw bad("num_key_value_heads", "must divide num_attention_heads (" + heads + ")", kvHeads);
    }
    int headDim = optionalInt("head_dim", width / heads);
    if (headDim < 2 || headDim % 2 != 0 || headDim > LARGEST_HEAD) {
      throw bad("head_dim", "must be even and from 2 to " + LARGEST_HEAD, headDim);
    }
    boolean bias = json.path("attention_bias").asBoolean(false);
    return new ModelConfig(
        type,
        positive("vocab_size"),
        width,
        positive("num_hidden_layers"),
        new AttentionConfig(heads, kvHeads, headDim, qwen2 || bias, !qwen2 && bias),
        new FeedForwardConfig(
            positive("intermediate_size"), json.path("mlp_bias").asBoolean(false)),
        rope(),
        number(json, "rms_norm_eps", 1e-6),
        json.path("tie_word_embeddings").asBoolean(false),
        positions(),
        new Specials(idOrNull("bos_token_id"), ids("eos_token_id"), idOrNull("pad_token_id")),
        dtype());
  }

  private void requireSilu() {
    String activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu")) {
      throw bad("hidden_act", "must be silu", activation);
    }
  }

  private void refuseSlidingWindow() {
    if (json.path("use_sliding_window").asBoolean(false)) {
      throw bad("use_sliding_window", "must be false: sliding windows are not known yet", "true");
    }
  }

  private RopeConfig rope() {
    JsonNode five = json.path("rope_parameters");
    JsonNode scaling = five.isObject() ? five : json.path("rope_scaling");
    double theta =
        five.isObject() ? number(five, "rope_theta", 10_000) : number(json, "rope_theta", 10_000);
    if (!scaling.isObject()) {
      return new RopeConfig(theta, new RopeScaling.None());
    }
    String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    RopeScaling kind =
        switch (type) {
          case "default" -> new RopeScaling.None();
          case "linear" -> new RopeScaling.Linear(number(scaling, "factor", Double.NaN));
          case "llama3" ->
              new RopeScaling.Llama3(
                  number(scaling, "factor", Double.NaN),
                  number(scaling, "low_freq_factor", Double.NaN),
                  number(scaling, "high_freq_factor", Double.NaN),
                  (int) number(scaling, "original_max_position_embeddings", Double.NaN));
          default ->
              throw bad("rope_scaling.rope_type", "must be one of default, linear, llama3", type);
        };
    return new RopeConfig(theta, kind);
  }

  private Dtype dtype() {
    JsonNode node = json.has("dtype") ? json.get("dtype") : json.path("torch_dtype");
    if (!node.isString()) {
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

  private int positions() {
    int value = optionalInt("max_position_embeddings", 2048);
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
