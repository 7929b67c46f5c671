package dev.tesuji.weights;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.folder.ModelFolder;
import dev.tesuji.json.Json;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Dtype;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The small files of a model directory that go wherever its weights go: configuration, tokenizer,
/// chat template.
///
/// They are held in memory, so that a run can save its model after the directory it came from is
/// gone.
///
/// @param config `config.json`, with every field that it had
/// @param others the other files by name
public record ModelFiles(ObjectNode config, Map<String, byte[]> others) {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String FIELD = "chat_template";
  private static final String MORE_TEMPLATES = "additional_chat_templates";
  private static final List<String> OF_BASE = List.of("generation_config.json", "LICENSE");
  private static final List<String> OF_TOKENIZER =
      List.of(
          "tokenizer.json",
          TOKENIZER_CONFIG,
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "tokenizer.model");
  private static final List<String> OF_TEMPLATE =
      List.of("chat_template.jinja", "chat_template.json");

  /// Copies the map.
  public ModelFiles {
    others = new LinkedHashMap<>(others);
  }

  /// Reads the files of a model directory; those that it lacks are left out.
  ///
  /// @throws BadInput when it has no readable `config.json`
  public static ModelFiles read(Path directory) {
    return read(ModelParts.whole(directory));
  }

  /// Reads the files of a model, each from the folder that its part comes from.
  ///
  /// @throws BadInput when there is no readable `config.json`
  public static ModelFiles read(ModelParts parts) {
    Map<String, byte[]> others = new LinkedHashMap<>();
    OF_BASE.forEach(name -> put(parts.base(), name, others));
    others.putAll(beside(parts));
    return new ModelFiles(ModelFolder.of(parts.base()).json(CONFIG), others);
  }

  /// Reads the tokenizer's files and the chat template.
  static Map<String, byte[]> beside(ModelParts parts) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    OF_TOKENIZER.forEach(name -> put(parts.tokenizer(), name, files));
    OF_TEMPLATE.forEach(name -> put(parts.template(), name, files));
    ModelFolder.of(parts.template())
        .inside(MORE_TEMPLATES, ".jinja")
        .forEach(name -> put(parts.template(), name, files));
    if (!parts.template().equals(parts.tokenizer())) {
      moveField(parts, files);
    }
    return files;
  }

  /// Takes over a chat template that stands in the settings of another tokenizer.
  private static void moveField(ModelParts parts, Map<String, byte[]> files) {
    ModelFolder from = ModelFolder.of(parts.template());
    ModelFolder to = ModelFolder.of(parts.tokenizer());
    if (from.has(TOKENIZER_CONFIG) && to.has(TOKENIZER_CONFIG)) {
      ObjectNode given = from.json(TOKENIZER_CONFIG);
      ObjectNode settings = to.json(TOKENIZER_CONFIG);
      if (given.hasNonNull(FIELD)) {
        settings.set(FIELD, given.get(FIELD));
        files.put(TOKENIZER_CONFIG, Json.pretty(settings).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void put(Path directory, String name, Map<String, byte[]> files) {
    ModelFolder folder = ModelFolder.of(directory);
    if (folder.has(name) && !Files.isDirectory(folder.file(name))) {
      files.put(name, folder.bytes(name));
    }
  }

  /// Returns the same files with the configuration of a model whose weights differ from what was
  /// read: other rows of the embedding, an output projection of its own, no layers that predict
  /// further tokens.
  ModelFiles fitting(ModelConfig model) {
    ObjectNode fitted = config.deepCopy();
    if (fitted.path("vocab_size").asInt(0) != model.vocabularySize()) {
      fitted.put("vocab_size", model.vocabularySize());
    }
    if (fitted.path("tie_word_embeddings").asBoolean(false) != model.tiedEmbeddings()) {
      fitted.put("tie_word_embeddings", model.tiedEmbeddings());
    }
    for (String further : List.of("num_nextn_predict_layers", "num_mtp_layers")) {
      if (fitted.path(further).asInt(0) > 0) {
        fitted.put(further, 0);
      }
    }
    return new ModelFiles(fitted, others);
  }

  /// Writes the tokenizer's files and the chat template into a directory.
  void writeBeside(Path directory) {
    others.forEach((name, bytes) -> {
      if (!OF_BASE.contains(name)) {
        SafeFiles.replace(directory.resolve(name), path -> Files.write(path, bytes));
      }
    });
  }

  /// Writes the files into a directory, with the type of the weights beside them under the name
  /// that the configuration has for it (`dtype` in transformers 5, `torch_dtype` before). Where
  /// `config.json` is, the others are: it is written last.
  void write(Path directory, Dtype dtype) {
    ObjectNode written = config.deepCopy();
    if (written.has("dtype")) {
      written.put("dtype", dtype.toString());
    }
    if (written.has("torch_dtype") || !written.has("dtype")) {
      written.put("torch_dtype", dtype.toString());
    }
    if (written.at("/quantization_config/quant_method").asString("").equals("fp8")) {
      written.remove("quantization_config"); // what is written are larger floats
    }
    others.forEach((name, bytes) ->
        SafeFiles.replace(directory.resolve(name), path -> Files.write(path, bytes)));
    SafeFiles.replace(directory.resolve(CONFIG), Json.pretty(written));
  }
}
