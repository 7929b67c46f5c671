package dev.tesuji.json;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes JSON; what cannot be read becomes a [BadInput] with file and line.
public final class Json {
  /// The mapper that all of Tesuji uses.
  public static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final long LARGEST = 1L << 30;

  private Json() {}

  /// Reads a file that holds one JSON object.
  ///
  /// @throws BadInput when the file is missing, or holds something else
  public static ObjectNode readObject(Path file) {
    return readObject(file, MAPPER.reader());
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
      text = Files.readString(file);
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
        return object;
      }
      throw BadInput.at(file, line, "must be a JSON object ({...}), got " + BadInput.brief(text));
    } catch (JacksonException e) {
      throw new BadInput(
          file + ":" + line + ": not valid JSON (" + firstLine(e) + "): " + BadInput.brief(text),
          e);
    }
  }

  /// Returns a value as one line of JSON.
  public static String line(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /// Returns a value as indented JSON with a line feed at its end.
  public static String pretty(JsonNode node) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
  }

  private static String firstLine(JacksonException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("").strip();
  }
}
