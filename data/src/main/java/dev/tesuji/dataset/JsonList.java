package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads a JSON file that holds rows: a list of objects, or an object with one list of objects
/// among its fields. A file of JSON lines that is named `.json`, as many are, is read as what it
/// is.
final class JsonList {
  private static final String MUST =
      "must hold a list of objects ([{...}, ...]), or an object with one such list in it";

  private JsonList() {}

  private interface Reading<T> {
    T read(JsonParser parser) throws IOException;
  }

  static void forEach(Path file, Consumer<Row> action) {
    if (parse(file, JsonList::isLines)) {
      FileFormat.JSON_LINES.forEach(file, action);
      return;
    }
    parse(
        file,
        parser -> {
          read(file, parser, action);
          return true;
        });
  }

  /// Opens a file and turns what goes wrong into sentences.
  private static <T> T parse(Path file, Reading<T> reading) {
    try (InputStream in = InputFiles.open(file);
        JsonParser parser = Json.MAPPER.createParser(in)) {
      return reading.read(parser);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    } catch (JacksonException e) {
      if (e.getCause() instanceof IOException cause) {
        throw InputFiles.failed(file, cause);
      }
      if (String.valueOf(e.getOriginalMessage()).startsWith("Invalid UTF-8")) {
        throw new BadInput(file + ": must be UTF-8 text", e);
      }
      throw Json.notJson(file, e);
    }
  }

  /// Returns whether one object follows another.
  private static boolean isLines(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    parser.skipChildren();
    return parser.nextToken() == JsonToken.START_OBJECT;
  }

  private static void read(Path file, JsonParser parser, Consumer<Row> action) {
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY) {
      rows(file, parser, action);
    } else if (first == JsonToken.START_OBJECT) {
      listInside(file, parser, action);
    } else if (first != null) {
      throw BadInput.in(file, MUST);
    }
    if (first != null && parser.nextToken() != null) {
      throw place(file, parser).bad("must end after its list");
    }
  }

  private static void listInside(Path file, JsonParser parser, Consumer<Row> action) {
    String list = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        parser.skipChildren();
        continue;
      }
      if (list != null) {
        throw BadInput.in(file, MUST + ", got the lists '" + list + "' and '" + name + "'");
      }
      list = name;
      rows(file, parser, action);
    }
    if (list == null) {
      throw BadInput.in(file, MUST);
    }
  }

  private static void rows(Path file, JsonParser parser, Consumer<Row> action) {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Place place = place(file, parser);
      JsonNode node = parser.readValueAsTree();
      if (!(node instanceof ObjectNode fields)) {
        throw place.bad("must be a JSON object ({...}), got " + brief(node));
      }
      Json.requireUnicode(fields, place::bad);
      action.accept(new Row(place, fields));
    }
  }

  private static String brief(@Nullable JsonNode node) {
    return node == null ? "null" : BadInput.brief(node);
  }

  private static Place place(Path file, JsonParser parser) {
    return Place.line(file, parser.currentTokenLocation().getLineNr());
  }
}
