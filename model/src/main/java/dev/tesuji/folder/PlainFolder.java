package dev.tesuji.folder;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// A directory.
///
/// @param path where it is
record PlainFolder(Path path) implements ModelFolder {
  @Override
  public boolean has(String name) {
    return Files.exists(file(name));
  }

  @Override
  public ObjectNode json(String name) {
    return Json.readObject(file(name));
  }

  @Override
  public ObjectNode unambiguousJson(String name) {
    return Json.readUnambiguous(file(name));
  }

  @Override
  public byte[] bytes(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new BadInput(file(name) + ": could not be read: " + e.getMessage(), e);
    }
  }

  @Override
  public List<String> inside(String folder, String ending) {
    Path inside = file(folder);
    if (!Files.isDirectory(inside)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(inside)) {
      return files
          .filter(f -> f.toString().endsWith(ending))
          .sorted()
          .map(f -> folder + "/" + f.getFileName())
          .toList();
    } catch (IOException e) {
      throw new BadInput(inside + ": could not be read: " + e.getMessage(), e);
    }
  }
}
