package dev.tesuji.json;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A JSON-lines file: one JSON object per line, blank lines skipped.
public final class JsonLines {
  private JsonLines() {}

  /// One object of the file and where it stands.
  ///
  /// @param file the file
  /// @param line its line, counted from 1
  /// @param fields the object
  public record Row(Path file, long line, ObjectNode fields) implements Fields {
    @Override
    public String unit() {
      return "line";
    }

    @Override
    public BadInput bad(String problem) {
      return BadInput.at(file, line, problem);
    }
  }

  /// Reads a whole file into memory.
  ///
  /// @throws BadInput when the file is missing, empty, or has a line that is no JSON object
  public static List<Row> readAll(Path file) {
    List<Row> rows = new ArrayList<>();
    forEach(file, rows::add);
    if (rows.isEmpty()) {
      throw BadInput.in(file, "must have at least one line, got an empty file");
    }
    return rows;
  }

  /// Reads a file line by line, holding one at a time; it is unpacked where its name ends in `.gz`.
  ///
  /// @throws BadInput when the file is missing or has a line that is no JSON object
  public static void forEach(Path file, Consumer<Row> action) {
    forEach(
        file,
        action,
        e -> {
          throw e;
        });
  }

  /// Reads a file line by line as the other does.
  ///
  /// @param bad takes what is wrong with lines that are no JSON object
  /// @throws BadInput when the file is missing
  public static void forEach(Path file, Consumer<Row> action, Consumer<BadInput> bad) {
    try (InputStream in = InputFiles.open(file);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
      long number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        if (!text.isBlank()) {
          Row row = row(file, number, text, bad);
          if (row != null) {
            action.accept(row);
          }
        }
      }
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  private static @Nullable Row row(Path file, long line, String text, Consumer<BadInput> bad) {
    try {
      return new Row(file, line, Json.readLine(file, line, text));
    } catch (BadInput e) {
      bad.accept(e);
      return null;
    }
  }
}
