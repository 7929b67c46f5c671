package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.Json;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.function.Consumer;
import org.duckdb.DuckDBDriver;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/// Reads Parquet files through DuckDB, which turns each row into a JSON object.
///
/// Its native library is loaded when the first such file is read. It streams, in one thread, so
/// that rows keep their order; it may install and load no extension, so that it never reaches for
/// the network, and it writes nothing to disk.
final class Parquet {
  private static final String ROW = "\"the whole row\"";
  private static final ObjectReader JSON =
      Json.MAPPER.readerFor(ObjectNode.class).with(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

  private Parquet() {}

  static void forEach(Path file, Consumer<Row> action) {
    if (!Files.exists(file)) {
      throw InputFiles.failed(file, new NoSuchFileException(file.toString()));
    }
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query(file))) {
      for (long number = 1; rows.next(); number++) {
        ObjectNode fields = JSON.readValue(rows.getString(1));
        action.accept(new Row(Place.row(file, number), fields));
      }
    } catch (SQLException e) {
      throw new BadInput(file + ": not a Parquet file that can be read: " + reason(e), e);
    } catch (LinkageError e) {
      throw new BadInput(
          file
              + ": DuckDB, which reads Parquet, cannot be loaded on this machine ("
              + e.getMessage()
              + "); turn the file into JSON lines",
          e);
    }
  }

  private static Connection open() throws SQLException {
    Properties settings = DuckDb.settings(1);
    settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
    settings.setProperty("temp_directory", "");
    return DuckDb.connect("jdbc:duckdb:", settings);
  }

  private static String query(Path file) {
    return "SELECT CAST(to_json("
        + ROW
        + ") AS VARCHAR) FROM read_parquet("
        + DuckDb.literal(file)
        + ", binary_as_string = true, hive_partitioning = false) AS "
        + ROW;
  }

  /// Returns DuckDB's first line without its class of error.
  private static String reason(SQLException e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return line.replaceFirst("^[A-Z][A-Za-z /]* Error: ", "");
  }
}
