package dev.tesuji.dataset;

import dev.tesuji.files.SafeFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;

/// Rollouts as DuckDB reads them: the fields of their lines as columns.
///
/// `parts` are the fields that have no column of their own: the parts of the reward, with what
/// rewards say of themselves, as a JSON object.
public final class RolloutLines {
  /// The columns, in their order, with their types.
  public static final String COLUMNS =
      "line BIGINT, file VARCHAR, step BIGINT, task VARCHAR, problem VARCHAR, prompt VARCHAR, gold"
          + " VARCHAR, completion VARCHAR, verdict VARCHAR, reward DOUBLE, advantage DOUBLE, tokens"
          + " BIGINT, finish VARCHAR, trouble VARCHAR, sample BIGINT, dropped VARCHAR, turns BIGINT,"
          + " parts VARCHAR";

  /// The fields that have columns, with their places in the query.
  private static final List<String> FIELDS =
      List.of(
          "step",
          "task",
          "problem_id",
          "prompt",
          "gold",
          "completion",
          "verdict",
          "reward",
          "advantage",
          "tokens",
          "finish_reason",
          "trouble",
          "sample",
          "dropped",
          "turns");

  private static final List<String> OTHERS = List.of("source", "segments", "stage", "token_data");

  private RolloutLines() {}

  /// Returns the query for the rows of files, in their order.
  ///
  /// @param file SQL for the column `file`: `filename`, or a literal
  public static String select(List<Path> files, String file) {
    List<String> paths = FIELDS.stream().map(f -> "'$." + f + "'").toList();
    TreeSet<String> noParts = new TreeSet<>(FIELDS);
    noParts.addAll(OTHERS);
    String nulls = String.join(",", noParts.stream().map(f -> "\"" + f + "\":null").toList());
    String from = String.join(", ", files.stream().map(DuckDb::literal).toList());
    // x[1] is the first: DuckDB counts from 1
    return "SELECT row_number() OVER (PARTITION BY file ORDER BY n) AS line, file, TRY_CAST(x[1] AS"
        + " BIGINT) AS step, x[2] AS task, x[3] AS problem, x[4] AS prompt, x[5] AS gold, x[6] AS"
        + " completion, x[7] AS verdict, TRY_CAST(x[8] AS DOUBLE) AS reward, TRY_CAST(x[9] AS"
        + " DOUBLE) AS advantage, TRY_CAST(x[10] AS BIGINT) AS tokens, x[11] AS finish, x[12] AS"
        + " trouble, TRY_CAST(x[13] AS BIGINT) AS sample, x[14] AS dropped, TRY_CAST(x[15] AS"
        + " BIGINT) AS turns, parts FROM (SELECT "
        + file
        + " AS file, row_number() OVER () AS n, json_extract_string(json, ["
        + String.join(",", paths)
        + "]) AS x, json_merge_patch(json, '{"
        + nulls
        + "}') AS parts FROM read_ndjson_objects(["
        + from
        + "], filename = true))";
  }

  /// Writes the rollouts of a stage as one Parquet file, which the lines are not needed for: tools
  /// that know columns read it in a fraction of the time.
  ///
  /// @param files of lines, in the order of their steps
  /// @throws dev.tesuji.check.BadInput when a line cannot be read, the file not written, or DuckDB
  ///   not be loaded
  public static void toParquet(List<Path> files, Path to) {
    SafeFiles.replace(
        to,
        path -> {
          Properties settings = DuckDb.settings(1);
          settings.setProperty("memory_limit", "1GB");
          try (Connection connection = DuckDb.connect("jdbc:duckdb:", settings);
              Statement statement = connection.createStatement()) {
            statement.execute(
                "COPY ("
                    + select(files, "parse_filename(filename)")
                    + ") TO '"
                    + path.toString().replace("'", "''")
                    + "' (FORMAT parquet, COMPRESSION zstd)");
          } catch (SQLException e) {
            throw new IOException("DuckDB: " + e.getMessage(), e);
          } catch (LinkageError e) {
            throw new IOException("DuckDB cannot be loaded here: " + e.getMessage(), e);
          }
        });
  }
}
