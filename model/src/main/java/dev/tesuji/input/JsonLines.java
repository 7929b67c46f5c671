package dev.tesuji.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A JSON-lines file: one JSON object per line, blank lines skipped.
public final class JsonLines {
  private JsonLines() {}

  /// One object of the file and where it stands.
  ///
  /// @param file the file
  /// @param line its line, counted from 1
  /// @param fields the object
  public record Row(Path file, long line, ObjectNode fields) {
    /// Returns a text field, or null where the row has none.
    ///
    /// @throws BadInput when the field is something else
    public @Nullable String text(String name) {
      JsonNode node = fields.get(name);
      if (node == null || node.isNull()) {
        return null;
      }
      if (!node.isString()) {
        throw bad("field '" + name + "' must be text, got " + node);
      }
      return node.stringValue();
    }

    /// Returns a text field that must be there.
    ///
    /// @throws BadInput when it is not, naming the fields that are
    public String requireText(String name) {
      String text = text(name);
      if (text == null) {
        throw bad("field '" + name + "' is missing; the line has " + String.join(", ", names()));
      }
      return text;
    }

    /// Returns a list of token ids, or null where the row has none.
    ///
    /// @throws BadInput when the field is something else
    public int @Nullable [] ids(String name) {
      JsonNode node = fields.get(name);
      if (node == null || node.isNull()) {
        return null;
      }
      int[] ids = new int[node.size()];
      for (int i = 0; i < ids.length; i++) {
        if (!node.get(i).canConvertToInt()) {
          throw bad("field '" + name + "' must be a list of whole numbers, got " + node.get(i));
        }
        ids[i] = node.get(i).intValue();
      }
      if (!node.isArray()) {
        throw bad("field '" + name + "' must be a list of whole numbers, got " + node);
      }
      return ids;
    }

    /// Makes an error about this line.
    public BadInput bad(String problem) {
      return BadInput.at(file, line, problem);
    }

    private List<String> names() {
      return fields.isEmpty()
          ? List.of("no fields")
          : fields.propertyNames().stream().map(n -> "'" + n + "'").toList();
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

  /// Reads a file line by line, holding one at a time.
  ///
  /// @throws BadInput when the file is missing or has a line that is no JSON object
  public static void forEach(Path file, Consumer<Row> action) {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      long number = 0;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        if (!text.isBlank()) {
          action.accept(new Row(file, number, Json.readLine(file, number, text)));
        }
      }
    } catch (NoSuchFileException e) {
      throw new BadInput(file + ": no such file", e);
    } catch (MalformedInputException e) {
      throw new BadInput(file + ": must be UTF-8 text", e);
    } catch (IOException e) {
      throw new BadInput(file + ": could not be read: " + e.getMessage(), e);
    }
  }
}
