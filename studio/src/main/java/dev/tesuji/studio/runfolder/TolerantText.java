package dev.tesuji.studio.runfolder;

import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Files of runs, read as they are: a file that is not there is empty, bytes that are no UTF-8
/// become U+FFFD, and lines that are no JSON are left out.
public final class TolerantText {
  private TolerantText() {}

  /// Reads a file.
  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw dev.tesuji.files.InputFiles.failed(file, e);
    }
  }

  /// Reads the objects of a file of JSON lines.
  public static List<ObjectNode> lines(Path file) {
    List<ObjectNode> lines = new ArrayList<>();
    read(file)
        .lines()
        .forEach(text -> {
          ObjectNode line = object(text);
          if (line != null) {
            lines.add(line);
          }
        });
    return lines;
  }

  /// Reads one object; null where the text is none.
  static @Nullable ObjectNode object(String text) {
    try {
      return !text.isBlank() && Json.MAPPER.readTree(text) instanceof ObjectNode node ? node : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
