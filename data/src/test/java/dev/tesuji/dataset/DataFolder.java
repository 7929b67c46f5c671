package dev.tesuji.dataset;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A folder in which tests put data files, and what they ask about them.
///
/// @param folder the folder
public record DataFolder(Path folder) {
  /// Writes a text file.
  public Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /// Writes a packed text file.
  public Path packed(String name, String text) throws IOException {
    return Files.write(folder.resolve(name), gzip(text));
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /// Has DuckDB write a Parquet file with what a query selects.
  public Path parquet(String name, String query) throws SQLException {
    Path file = folder.resolve(name);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (" + query + ") TO '" + file.toString().replace("'", "''") + "' (FORMAT parquet)");
    }
    return file;
  }

  /// Reads rows as one line of JSON each.
  static List<String> rows(Path... paths) {
    List<String> rows = new ArrayList<>();
    DataFiles.forEach(List.of(paths), row -> rows.add(Json.line(row.fields())));
    return rows;
  }

  /// Reads where rows stand.
  static List<String> places(Path... paths) {
    List<String> places = new ArrayList<>();
    DataFiles.forEach(List.of(paths), row -> places.add(row.place().toString()));
    return places;
  }

  /// Asserts the sentence with which something is refused.
  static void refused(ThrowingCallable reading, String sentence) {
    assertThatExceptionOfType(BadInput.class).isThrownBy(reading).withMessage(sentence);
  }
}
