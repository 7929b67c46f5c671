package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.nn.ModelConfig.Specials;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads `config.json` in both layouts: that of transformers 5 (`rope_parameters`, `dtype`) and the
/// older one of most published checkpoints (`rope_theta`, `rope_scaling`, `torch_dtype`).
///
/// The differences between families of models are in a [ModelFamily] each.
public final class ConfigReader {
  private static final List<ModelFamily> FAMILIES =
      List.of(
          new LlamaFamily(),
          new Qwen2Family(),
          new Qwen3Family(),
          new MistralFamily(),
          new SeedOssFamily(),
          new DeepSeekV3Family(),
          new Glm4MoeLiteFamily(),
          new Qwen2MoeFamily(),
          new Qwen3MoeFamily());

  private ConfigReader() {}

  /// Reads the configuration of a model directory.
  ///
  /// @throws BadInput when there is none, its architecture is unknown, or a field is wrong
  public static ModelConfig read(Path directory) {
    ModelFolder folder = ModelFolder.of(directory);
    Path file = folder.file("config.json");
    if (!ModelFolder.isThere(directory)) {
      throw BadInput.in(
          directory,
          Files.exists(directory)
              ? "must be a model directory (config.json, *.safetensors, tokenizer.json) or a .gguf"
                  + " file, got a file"
              : "no such model directory");
    }
    if (!folder.has("config.json")) {
      throw BadInput.in(
          directory, "has no config.json, so it is not a Hugging Face model directory");
    }
    return parse(file, folder.json("config.json"));
  }

  /// Reads a configuration that is already in memory.
  ///
  /// @param file named in errors
  public static ModelConfig parse(Path file, ObjectNode json) {
    return config(new ConfigFields(file, json));
  }

  private static ModelFamily family(ConfigFields fields) {
    String type = fields.json().path("model_type").asString("");
    return FAMILIES.stream()
        .filter(f -> f.types().contains(type))
        .findFirst()
        .orElseThrow(() ->
            BadInput.in(
                fields.file(),
                "architecture '"
                    + BadInput.brief(type)
                    + "' is not known; Tesuji knows "
                    + FAMILIES.stream()
                        .flatMap(f -> f.types().stream())
                        .collect(Collectors.joining(", "))));
  }

  private static ModelConfig config(ConfigFields fields) {
    ModelFamily family = family(fields);
    boolean eightBit = WeightBlocks.of(fields.file(), fields.json()) != null;
    requireSilu(fields);
    family.refuseWindows(fields);
    int positions = fields.positions(family.defaults());
    return new ModelConfig(
        fields.json().path("model_type").asString(""),
        fields.positive("vocab_size"),
        fields.positive("hidden_size"),
        fields.positive("num_hidden_layers"),
        family.attention(fields),
        family.feedForward(fields),
        RopeFields.read(fields, positions, family.interleavesPairs(fields)),
        fields.number(fields.json(), "rms_norm_eps", family.defaults().epsilon()),
        fields.flag("tie_word_embeddings", false),
        positions,
        new Specials(
            fields.idOrNull("bos_token_id"),
            fields.ids("eos_token_id"),
            fields.idOrNull("pad_token_id")),
        eightBit ? Dtype.FLOAT8 : dtype(fields));
  }

  private static void requireSilu(ConfigFields fields) {
    String activation = fields.json().path("hidden_act").asString("silu");
    if (!activation.equals("silu") && !activation.equals("swish")) {
      throw fields.bad("hidden_act", "must be silu", activation);
    }
  }

  private static Dtype dtype(ConfigFields fields) {
    ObjectNode json = fields.json();
    JsonNode node = json.hasNonNull("dtype") ? json.get("dtype") : json.path("torch_dtype");
    if (!node.isString() || node.stringValue().equals("auto")) {
      return Dtype.FLOAT32;
    }
    try {
      Dtype dtype = Dtype.named(node.stringValue());
      if (!dtype.isFloating()) {
        throw fields.bad("dtype", "must be float32, bfloat16, float16 or float64", dtype);
      }
      return dtype;
    } catch (IllegalArgumentException e) {
      throw new BadInput(fields.file() + ": " + BadInput.brief(e.getMessage()), e);
    }
  }
}
