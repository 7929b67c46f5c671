package dev.tesuji.bench;

import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The shapes at which Tesuji and its peers are measured.
///
/// @param name such as `tiny`
/// @param config the model's dimensions
/// @param dtype the type to compute in
/// @param prompts P
/// @param group G
/// @param newTokens tokens per completion
/// @param batch texts per training step
/// @param length tokens per text
/// @param file a .gguf file that the weights are read from, as they are stored; null where they are
///   random
record BenchShape(
    String name,
    ModelConfig config,
    Dtype dtype,
    int prompts,
    int group,
    int newTokens,
    int batch,
    int length,
    @Nullable Path file) {
  private BenchShape(
      String name,
      ModelConfig config,
      Dtype dtype,
      int prompts,
      int group,
      int newTokens,
      int batch,
      int length) {
    this(name, config, dtype, prompts, group, newTokens, batch, length, null);
  }

  /// The names of the shapes.
  enum Name {
    /// 0.8 million weights.
    TINY,
    /// 5 million.
    MINI,
    /// 29 million.
    SMALL,
    /// 110 million.
    BASE,
    /// 494 million: Qwen2.5-0.5B's.
    HALF,
    /// A Qwen3 of 135 million weights in 32 experts a layer, of which a token meets 4.
    EXPERTS,
    /// A dense Qwen3 of as many weights as a token of that meets: 29 million.
    ACTIVE
  }

  /// Those that grow, one after the other.
  static final List<Name> LADDER = List.of(Name.TINY, Name.MINI, Name.SMALL, Name.BASE, Name.HALF);

  /// Returns a shape.
  static BenchShape of(Name name) {
    return switch (name) {
      case TINY ->
          new BenchShape(
              "tiny",
              llama(dimensions("llama", 64, 128, 352, 4), 4, 512),
              Dtype.FLOAT32,
              32,
              8,
              64,
              32,
              128);
      case MINI ->
          new BenchShape(
              "mini",
              llama(dimensions("llama", 1024, 256, 704, 6), 4, 1024),
              Dtype.FLOAT32,
              16,
              8,
              64,
              16,
              256);
      case SMALL ->
          new BenchShape(
              "small",
              llama(dimensions("llama", 4096, 512, 1376, 8), 8, 1024),
              Dtype.FLOAT32,
              8,
              8,
              128,
              16,
              256);
      case BASE ->
          new BenchShape(
              "base",
              llama(dimensions("llama", 16_384, 768, 2048, 12), 12, 1024),
              Dtype.FLOAT32,
              4,
              8,
              128,
              8,
              256);
      case EXPERTS ->
          new BenchShape("experts", qwen3("qwen3_moe"), Dtype.FLOAT32, 8, 8, 128, 16, 256);
      case ACTIVE -> new BenchShape("active", qwen3("qwen3"), Dtype.FLOAT32, 8, 8, 128, 16, 256);
      case HALF -> new BenchShape("half", qwenHalf(), Dtype.BFLOAT16, 2, 4, 64, 4, 256);
    };
  }

  /// Returns the shape of a .gguf file, whose one text is continued by 128 tokens.
  static BenchShape of(Path gguf) {
    ModelConfig config = ModelDirectory.config(gguf);
    String name = String.valueOf(gguf.getFileName());
    return new BenchShape(name, config, Dtype.FLOAT32, 1, 1, 128, 1, 256, gguf);
  }

  /// Returns the same model with other sizes: as many prompts, one completion each, and as many
  /// texts.
  BenchShape sized(int sequences, int newTokens, int length) {
    int longest = Math.max(newTokens, length) + Bench.LONGEST_PROMPT;
    ModelConfig c = config;
    ModelConfig longer =
        new ModelConfig(
            c.modelType(),
            c.vocabularySize(),
            c.hiddenSize(),
            c.layers(),
            c.attention(),
            c.feedForward(),
            c.rope(),
            c.stream(),
            c.tiedEmbeddings(),
            Math.max(c.maxPositions(), longest),
            c.specials(),
            c.dtype());
    return new BenchShape(name, longer, dtype, sequences, 1, newTokens, sequences, length, file);
  }

  private static ModelConfig llama(ObjectNode json, int heads, int positions) {
    json.put("num_attention_heads", heads).put("num_key_value_heads", heads);
    json.put("max_position_embeddings", positions).put("tie_word_embeddings", false);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  /// Qwen2.5-0.5B.
  private static ModelConfig qwenHalf() {
    ObjectNode json = dimensions("qwen2", 151_936, 896, 4864, 24);
    json.put("num_attention_heads", 14).put("num_key_value_heads", 2);
    json.put("max_position_embeddings", 2048).put("tie_word_embeddings", true);
    json.put("rope_theta", 1_000_000.0);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  /// A dense Qwen3, and one whose 4 experts of a token are as wide together.
  private static ModelConfig qwen3(String type) {
    ObjectNode json = dimensions(type, 4096, 512, 1408, 8);
    json.put("num_attention_heads", 8).put("num_key_value_heads", 4).put("head_dim", 64);
    json.put("max_position_embeddings", 1024).put("tie_word_embeddings", false);
    json.put("num_experts", 32).put("num_experts_per_tok", 4).put("moe_intermediate_size", 352);
    json.put("norm_topk_prob", true);
    return ConfigReader.parse(Path.of("config.json"), json);
  }

  private static ObjectNode dimensions(
      String type, int vocabulary, int width, int intermediate, int layers) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("model_type", type).put("vocab_size", vocabulary).put("hidden_size", width);
    json.put("intermediate_size", intermediate).put("num_hidden_layers", layers);
    return json;
  }

  /// Counts the weights, norms and biases left out.
  long weights() {
    long width = config.hiddenSize();
    long heads = 2 * config.attention().queryWidth() + 2 * config.attention().keyWidth();
    ModelConfig.ExpertsConfig experts = config.feedForward().experts();
    long inside =
        experts == null
            ? config.feedForward().intermediateSize()
            : (long) experts.routed() * experts.intermediateSize();
    long layer = width * (heads + 3L * inside);
    long ends = (config.tiedEmbeddings() ? 1 : 2) * width * config.vocabularySize();
    return ends + config.layers() * layer;
  }

  /// Makes a model of this shape, its weights not yet drawn; or reads it.
  CausalLm model(Dtype type) {
    return file == null
        ? Decoders.create(config, type, Device.CPU)
        : ModelDirectory.loadAsStored(file, type, Device.CPU);
  }
}
