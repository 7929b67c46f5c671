package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.text.Alphabet;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A small Llama to make, with the tokens of a built-in task.
///
/// @param layers L
/// @param hiddenSize C
/// @param intermediateSize the width inside the feed-forward block
/// @param heads H
/// @param kvHeads K
/// @param maxPositions the longest sequence
/// @param tokens what its tokens are
public record NewModel(
    int layers,
    int hiddenSize,
    int intermediateSize,
    int heads,
    int kvHeads,
    int maxPositions,
    TokenSet tokens) {
  /// 4 layers of width 128 over characters: 0.8 million weights.
  public static final NewModel DEFAULT =
      new NewModel(4, 128, 352, 4, 4, 512, new TokenSet.Characters());

  /// Makes one over characters.
  public NewModel(
      int layers, int hiddenSize, int intermediateSize, int heads, int kvHeads, int maxPositions) {
    this(
        layers,
        hiddenSize,
        intermediateSize,
        heads,
        kvHeads,
        maxPositions,
        new TokenSet.Characters());
  }

  /// Checks the ranges.
  public NewModel {
    if (layers < 1
        || hiddenSize < 2
        || intermediateSize < 1
        || heads < 1
        || kvHeads < 1
        || maxPositions < 2) {
      throw new IllegalArgumentException("all dimensions of newModel must be above 0");
    }
    if (hiddenSize % heads != 0 || hiddenSize / heads % 2 != 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "hiddenSize must be an even multiple of heads, and heads a multiple of kvHeads, got "
              + hiddenSize
              + ", "
              + heads
              + " and "
              + kvHeads);
    }
  }

  /// Makes the model with fresh weights in a directory that transformers loads too.
  public void create(Path directory, long seed) {
    ObjectNode config = json();
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("tokenizer.json", bytes(tokens.tokenizer()));
    files.put("tokenizer_config.json", bytes(Alphabet.tokenizerConfig()));
    try (CausalLm model =
        Decoders.create(
            ConfigReader.parse(directory.resolve("config.json"), config),
            Dtype.FLOAT32,
            Device.CPU)) {
      model.initialise(Streams.of(seed).seed(Purpose.WEIGHTS));
      ModelDirectory.save(model, new ModelFiles(config, files), directory);
    }
  }

  /// Returns the tokenizer that it will have, before it is made.
  public Tokenizer tokenizer() {
    try {
      Path folder = Files.createTempDirectory("tesuji-tokens");
      Path file = folder.resolve("tokenizer.json");
      try {
        Files.write(file, bytes(tokens.tokenizer()));
        return Tokenizer.load(folder);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new BadInput("a temporary file could not be written: " + e.getMessage(), e);
    }
  }

  /// Returns its dimensions.
  public ModelConfig config() {
    return ConfigReader.parse(Path.of("config.json"), json());
  }

  private ObjectNode json() {
    ObjectNode config = Json.MAPPER.createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama");
    config.put("vocab_size", tokens.size());
    config.put("hidden_size", hiddenSize);
    config.put("intermediate_size", intermediateSize);
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", heads);
    config.put("num_key_value_heads", kvHeads);
    config.put("head_dim", hiddenSize / heads);
    config.put("max_position_embeddings", maxPositions);
    config.put("hidden_act", "silu");
    config.put("rms_norm_eps", 1e-5);
    config.put("rope_theta", 10_000.0);
    config.put("attention_bias", false);
    config.put("mlp_bias", false);
    config.put("tie_word_embeddings", false);
    config.put("pad_token_id", Alphabet.PAD);
    config.put("bos_token_id", Alphabet.END);
    config.put("eos_token_id", Alphabet.END);
    config.put("torch_dtype", "float32");
    return config;
  }

  private static byte[] bytes(ObjectNode json) {
    return Json.pretty(json).getBytes(StandardCharsets.UTF_8);
  }
}
