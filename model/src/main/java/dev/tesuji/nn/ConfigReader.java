package dev.tesuji.nn;

import dev.tesuji.check.BadInput;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.nn.ModelConfig.AttentionConfig;
import dev.tesuji.nn.ModelConfig.RopeConfig;
import dev.tesuji.nn.ModelConfig.RopeScaling;
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
          new Qwen3MoeFamily(),
          new SmolLm3Family(),
          new Gemma2Family(),
          new Gemma3Family(),
          new Phi3Family(),
          new Olmo2Family(),
          new Olmo3Family(),
          new GraniteFamily());

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
    family.requireActivation(fields);
    family.refuseWindows(fields);
    int positions = fields.positions(family.defaults());
    AttentionConfig attention = family.attention(fields);
    RopeConfig rope = rope(fields, family, attention, positions);
    return new ModelConfig(
        fields.json().path("model_type").asString(""),
        fields.positive("vocab_size"),
        fields.positive("hidden_size"),
        fields.positive("num_hidden_layers"),
        attention instanceof AttentionConfig.Grouped grouped
            ? grouped.seeing(
                SlidingWindows.thatMatter(family.sights(fields, rope), rope, positions))
            : attention,
        family.feedForward(fields),
        rope,
        family.stream(fields),
        fields.flag("tie_word_embeddings", family.tiesEmbeddings()),
        positions,
        new Specials(
            fields.idOrNull("bos_token_id"),
            fields.ids("eos_token_id"),
            fields.idOrNull("pad_token_id")),
        eightBit ? Dtype.FLOAT8 : dtype(fields));
  }

  /// Reads how positions turn heads, of which a whole number of pairs must turn.
  private static RopeConfig rope(
      ConfigFields fields, ModelFamily family, AttentionConfig attention, int positions) {
    RopeConfig rope = RopeFields.read(fields, positions, family.rope(fields));
    int turned = (int) (attention.rotaryDim() * rope.part());
    if (turned < 2 || turned % 2 != 0) {
      throw fields.bad(
          "partial_rotary_factor",
          "must turn an even number of a head's " + attention.rotaryDim() + " dimensions",
          rope.part());
    }
    if (rope.scaling() instanceof RopeScaling.LongRope lists) {
      for (List<Double> factors : List.of(lists.near(), lists.far())) {
        if (factors.size() != turned / 2) {
          throw fields.bad(
              "rope_scaling",
              "must have "
                  + turned / 2
                  + " factors in short_factor and in long_factor, one per pair that turns",
              factors.size());
        }
      }
    }
    return rope;
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
