package dev.tesuji.folder;

import dev.tesuji.check.BadInput;
import dev.tesuji.gguf.GgufFiles;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The files that a GGUF file stands for.
///
/// @param path the file
record GgufFolder(Path path) implements ModelFolder {
  @Override
  public boolean has(String name) {
    return GgufFiles.isName(name) && GgufFiles.names(path).contains(name);
  }

  @Override
  public ObjectNode json(String name) {
    if (!has(name)) {
      throw BadInput.in(path, "has nothing that stands for " + name);
    }
    return GgufFiles.make(path, name);
  }

  @Override
  public ObjectNode unambiguousJson(String name) {
    return json(name);
  }

  @Override
  public byte[] bytes(String name) {
    return Json.pretty(json(name)).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public List<String> inside(String folder, String ending) {
    return List.of();
  }
}
