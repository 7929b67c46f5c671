package dev.tesuji.folder;

import dev.tesuji.check.BadInput;
import dev.tesuji.gguf.GgufFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The small files of a model: those of a directory, or those that a GGUF file stands for.
public sealed interface ModelFolder permits PlainFolder, GgufFolder {
  /// Opens a model directory or a `.gguf` file; what is missing is found out when it is asked for.
  static ModelFolder of(Path path) {
    return GgufFile.isNamed(path) ? new GgufFolder(path) : new PlainFolder(path);
  }

  /// Returns whether a path is a model: a directory with a `config.json`, or a `.gguf` file.
  static boolean isModel(Path path) {
    return GgufFile.isNamed(path) || Files.exists(path.resolve("config.json"));
  }

  /// Returns whether a path is a directory or a `.gguf` file.
  static boolean isThere(Path path) {
    return GgufFile.isNamed(path) || Files.isDirectory(path);
  }

  /// Returns the directory or file.
  Path path();

  /// Returns whether there is a file of a name.
  ///
  /// @throws BadInput when it would come from a GGUF file that is broken
  boolean has(String name);

  /// Reads a file that holds one JSON object.
  ///
  /// @throws BadInput when it is missing, or holds something else
  ObjectNode json(String name);

  /// Reads a file that holds one JSON object, and refuses a key that an object has twice.
  ///
  /// @throws BadInput when it is missing, or holds something else
  ObjectNode unambiguousJson(String name);

  /// Reads a file as it is.
  ///
  /// @throws BadInput when it cannot be read
  byte[] bytes(String name);

  /// Lists the files with an ending inside of a folder, by name: `folder/name`.
  ///
  /// @throws BadInput when it cannot be read
  List<String> inside(String folder, String ending);

  /// Returns the path of a file, for messages.
  default Path file(String name) {
    return path().resolve(name);
  }
}
