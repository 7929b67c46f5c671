package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.tensor.Dtype;
import java.io.IOException;
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
  private static final List<String> COMPANIONS =
      List.of(
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "vocab.json",
          "merges.txt",
          "tokenizer.model",
          "LICENSE");

  /// Copies the map.
  public ModelFiles {
    others = new LinkedHashMap<>(others);
  }

  /// Reads the files of a model directory; those that it lacks are left out.
  ///
  /// @throws BadInput when it has no readable `config.json`
  public static ModelFiles read(Path directory) {
    Map<String, byte[]> others = new LinkedHashMap<>();
    for (String name : COMPANIONS) {
      Path file = directory.resolve(name);
      if (Files.isRegularFile(file)) {
        try {
          others.put(name, Files.readAllBytes(file));
        } catch (IOException e) {
          throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
        }
      }
    }
    return new ModelFiles(Json.readObject(directory.resolve(CONFIG)), others);
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
    others.forEach((name, bytes) ->
        SafeFiles.replace(directory.resolve(name), path -> Files.write(path, bytes)));
    SafeFiles.replace(directory.resolve(CONFIG), Json.pretty(written));
  }
}
