package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// The options that name the file a command reads and the one it writes.
final class FileOptions {
  @Option(
      names = "--in",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines to read: one object per line.")
  Path in = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "JSON lines to write: the same objects with the answer added.")
  Path out = Path.of("");

  /// Reads the lines.
  List<JsonLines.Row> read() {
    if (Files.isDirectory(out)) {
      throw BadInput.in(out, "must be a file to write, got a folder");
    }
    return JsonLines.readAll(in);
  }

  /// Writes the lines, all or none.
  void write(List<ObjectNode> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(Json.line(line)).append('\n'));
    SafeFiles.replace(out, text.toString());
  }
}
