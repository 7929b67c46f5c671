package dev.tesuji.json;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes JSON; what cannot be read becomes a [BadInput] with file and line.
public final class Json {
  /// The mapper that all of Tesuji uses.
  public static final JsonMapper MAPPER = JsonMapper.builder().build();

  /// Reads `NaN` and `Infinity` too, as Python writes them.
  private static final ObjectReader PYTHON =
      MAPPER.reader().with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private static final ObjectWriter PRETTY =
      MAPPER.writerWithDefaultPrettyPrinter().without(JsonWriteFeature.WRITE_NAN_AS_STRINGS);

  private static final long LARGEST = 1L << 30;

  private Json() {}

  /// Reads a file that holds one JSON object; `NaN` and `Infinity` are numbers in it, as Python has
  /// them.
  ///
  /// @throws BadInput when the file is missing, or holds something else
  public static ObjectNode readObject(Path file) {
    return readObject(file, PYTHON);
  }

  /// Reads a file that holds one JSON object, and refuses a key that an object has twice: readers
  /// disagree about which one counts.
  ///
  /// @throws BadInput when the file is missing, or holds something else
  public static ObjectNode readUnambiguous(Path file) {
    return readObject(
        file, MAPPER.reader().with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY));
  }

  private static ObjectNode readObject(Path file, ObjectReader reader) {
    String text;
    try {
      if (Files.size(file) > LARGEST) {
        throw BadInput.in(file, "must be a JSON file of at most " + LARGEST + " bytes");
      }
      text = InputFiles.readText(file);
    } catch (CharacterCodingException e) {
      throw new BadInput(file + ": must be UTF-8 text", e);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
    try {
      if (reader.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw BadInput.in(file, "must hold a JSON object ({...})");
    } catch (JacksonException e) {
      throw notJson(file, e);
    }
  }

  /// Makes the error for a file that is not valid JSON, with the line.
  public static BadInput notJson(Path file, JacksonException e) {
    return new BadInput(file + line(e) + ": not valid JSON: " + firstLine(e), e);
  }

  /// Returns `:LINE`, or nothing where the parser has lost its place, as it does in a document that
  /// nests too deeply.
  private static String line(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null ? "" : ":" + at.getLineNr();
  }

  /// Reads one line of a JSON-lines file, which must be an object.
  ///
  /// @throws BadInput naming the file and the line
  public static ObjectNode readLine(Path file, long line, String text) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        if (text.contains("\\u")) { // a reader of UTF-8 has refused it in any other form
          requireUnicode(object, problem -> BadInput.at(file, line, problem));
        }
        return object;
      }
      throw BadInput.at(file, line, "must be a JSON object ({...}), got " + BadInput.brief(text));
    } catch (JacksonException e) {
      throw new BadInput(
          file + ":" + line + ": not valid JSON (" + firstLine(e) + "): " + BadInput.brief(text),
          e);
    }
  }

  /// Refuses half a surrogate pair in a text of a value or in a field's name, which no UTF-8 and no
  /// token can stand for.
  ///
  /// @param refuse makes the error of a sentence about a field
  public static void requireUnicode(ObjectNode fields, Function<String, BadInput> refuse) {
    fields
        .properties()
        .forEach(e -> {
          if (!isUnicode(e.getKey()) || !isUnicode(e.getValue())) {
            throw refuse.apply(
                "field '"
                    + BadInput.brief(e.getKey())
                    + "' must be Unicode text, got half a surrogate pair (\\ud800 to \\udfff)");
          }
        });
  }

  private static boolean isUnicode(JsonNode node) {
    if (node.isString()) {
      return isUnicode(node.stringValue());
    }
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      if (!isUnicode(e.getKey())) {
        return false;
      }
    }
    for (JsonNode child : node) {
      if (!isUnicode(child)) {
        return false;
      }
    }
    return true;
  }

  /// Returns whether a text has no half of a surrogate pair.
  public static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
        return false;
      }
    }
    return true;
  }

  /// Returns a value as one line of JSON.
  public static String line(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /// Returns a value as indented JSON with a line feed at its end.
  public static String pretty(JsonNode node) {
    return PRETTY.writeValueAsString(node) + "\n";
  }

  private static String firstLine(JacksonException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("").strip();
  }
}
