package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes directories of models that give a text one number, as transformers'
/// `LlamaForSequenceClassification` and its kin do: a decoder without its output projection, and
/// `score.weight`, `[1, C]`.
///
/// Transformers reads the score at the last token that is not `pad_token_id`. Where that would be
/// the token that ends a text, another special token takes its place in what is written here.
public final class ScoreDirectory {
  private static final String HEAD = "score.weight";
  private static final String OUTPUT = "lm_head.weight";
  private static final String SUFFIX = Architecture.SCORING;
  private static final String TOKENIZER = "tokenizer_config.json";

  private ScoreDirectory() {}

  /// Reads the decoder of such a model; its output projection is not to be used.
  ///
  /// @throws BadInput when the directory holds another model, or its weights are corrupt
  static CausalLm load(Path directory, Dtype dtype, Device device) {
    ModelConfig config = ConfigReader.read(directory);
    if (!Architecture.scores(directory)) {
      throw BadInput.in(
          directory,
          "must hold a reward model (config.json: architectures [\"..."
              + SUFFIX
              + "\"]), got a model of another kind; train one with a stage of kind rewardModel");
    }
    return ModelDirectory.load(directory, config.tied(), Set.of(HEAD), dtype, device);
  }

  /// Checks the names and shapes of the weights by the headers of their files.
  ///
  /// @throws BadInput naming what differs
  static void check(Path directory, ModelConfig config, Checkpoint checkpoint) {
    ModelDirectory.check(directory, config.tied(), checkpoint, Set.of(HEAD));
    checkpoint.requireWeight(HEAD, new Shape(1, config.hiddenSize()));
  }

  /// Reads the head over a tensor `[1, C]`.
  ///
  /// @throws BadInput when it is missing, corrupt or of another shape, as where there are more
  ///   labels than one
  public static void readHead(Path directory, Tensor head) {
    try (Checkpoint checkpoint = Checkpoint.open(directory)) {
      checkpoint.requireWeight(HEAD, head.shape());
      checkpoint.readInto(HEAD, head);
    }
  }

  /// Writes a decoder with a head, adapters added into its weights.
  ///
  /// @param head float32 `[1, C]`
  /// @throws BadInput when a file cannot be written
  public static void save(LoadedModel trunk, Tensor head, Path directory) {
    CausalLm decoder = trunk.decoder();
    decoder.mergeAdapters();
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Map<String, Tensor> weights = ModelDirectory.weights(decoder);
      weights.remove(OUTPUT);
      weights.put(HEAD, head.detach());
      Map<String, Form> forms = new LinkedHashMap<>();
      weights.forEach((name, tensor) -> forms.put(name, Form.of(tensor)));
      CheckpointWriter.write(
          directory, forms, name -> requireNonNull(weights.get(name)), ModelDirectory.SHARD_BYTES);
    }
    files(trunk).write(directory, decoder.dtype());
  }

  private static ModelFiles files(LoadedModel trunk) {
    ObjectNode config = trunk.files().config().deepCopy();
    ModelFiles files = new ModelFiles(config, trunk.files().others());
    config.putArray("architectures").add(architecture(trunk));
    config.put("num_labels", 1);
    config.putObject("id2label").put("0", "LABEL_0");
    config.putObject("label2id").put("LABEL_0", 0);
    Integer pad = trunk.decoder().config().specials().pad();
    if (pad == null || trunk.endTokens().contains(pad)) {
      config.remove("pad_token_id");
      String role = padding(trunk);
      Tokenizer tokenizer = trunk.tokenizer();
      byte[] settings = files.others().get(TOKENIZER);
      if (role != null && tokenizer != null && settings != null) {
        config.put("pad_token_id", tokenizer.idOf(role));
        ObjectNode written =
            (ObjectNode) Json.MAPPER.readTree(new String(settings, StandardCharsets.UTF_8));
        written.put("pad_token", tokenizer.roles().get(role));
        files.others().put(TOKENIZER, Json.pretty(written).getBytes(StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  /// Returns the role of a special token that ends no text; null where there is none.
  private static @Nullable String padding(LoadedModel trunk) {
    Tokenizer tokenizer = trunk.tokenizer();
    return tokenizer == null
        ? null
        : Stream.of("pad_token", "unk_token", "bos_token")
            .filter(role -> {
              Integer id = tokenizer.idOf(role);
              return id != null && !trunk.endTokens().contains(id);
            })
            .findFirst()
            .orElse(null);
  }

  private static String architecture(LoadedModel trunk) {
    String family =
        switch (trunk.decoder().config().modelType()) {
          case "llama" -> "Llama";
          case "mistral" -> "Mistral";
          case "seed_oss" -> "SeedOss";
          case "glm4_moe_lite" -> "Glm4MoeLite";
          case "qwen2" -> "Qwen2";
          case "qwen3" -> "Qwen3";
          case "qwen2_moe" -> "Qwen2Moe";
          case "qwen3_moe" -> "Qwen3Moe";
          case "deepseek_v3" -> "DeepseekV3";
          default -> throw new IllegalStateException(trunk.decoder().config().modelType());
        };
    return family + SUFFIX;
  }
}
