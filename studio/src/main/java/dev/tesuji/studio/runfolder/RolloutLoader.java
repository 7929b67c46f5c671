package dev.tesuji.studio.runfolder;

import dev.tesuji.dataset.DuckDb;
import dev.tesuji.files.InputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Brings files of rollouts into a table, and brings again those that changed.
final class RolloutLoader {
  /// The fields of a line that are no parts of its reward, with their places in the query.
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
  private static final int FIRST =
      16; // files that are brought at once, so that there is a page soon
  private static final int TOGETHER = 64; // and then

  private final Connection connection;
  private final Path folder;
  private final Map<Path, Known> known = new LinkedHashMap<>();

  /// A file as it was when it was brought.
  private record Known(long size, FileTime changed) {}

  /// A file of a stage.
  record Source(String stage, Path file) {}

  /// @param folder where cleaned copies are put
  RolloutLoader(Connection connection, Path folder) throws SQLException {
    this.connection = connection;
    this.folder = folder;
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE rollouts (line BIGINT, stage VARCHAR, file VARCHAR, step BIGINT, task VARCHAR,"
              + " problem VARCHAR, prompt VARCHAR, gold VARCHAR, completion VARCHAR, verdict"
              + " VARCHAR, reward DOUBLE, advantage DOUBLE, tokens BIGINT, finish VARCHAR, trouble"
              + " VARCHAR, sample BIGINT, dropped VARCHAR, turns BIGINT, parts VARCHAR)");
    }
  }

  /// Returns the files that are new or have changed, the newest steps first, and drops the rows of
  /// those and of files that are gone.
  List<Source> changed(Map<String, List<Path>> byStage) throws SQLException {
    List<Source> all = new ArrayList<>();
    byStage.forEach(
        (stage, files) -> files.reversed().forEach(file -> all.add(new Source(stage, file))));
    List<Path> gone = new ArrayList<>(known.keySet());
    gone.removeAll(all.stream().map(Source::file).toList());
    List<Source> changed = new ArrayList<>();
    for (Source source : all) {
      Known now = look(source.file());
      Known before = known.get(source.file());
      if (now != null && !now.equals(before)) {
        changed.add(source);
        if (before != null) {
          gone.add(source.file());
        }
      }
    }
    for (Path file : gone) {
      known.remove(file);
      try (PreparedStatement delete =
          connection.prepareStatement("DELETE FROM rollouts WHERE file = ?")) {
        delete.setString(1, file.toString());
        delete.execute();
      }
    }
    return changed;
  }

  private static @Nullable Known look(Path file) {
    try {
      return new Known(Files.size(file), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      return null; // it went away
    }
  }

  /// Brings some files of one stage, the first of a list, and returns the rest.
  List<Source> bring(List<Source> sources) throws SQLException {
    String stage = sources.getFirst().stage();
    int count = 1;
    int most = Math.min(known.isEmpty() ? FIRST : TOGETHER, sources.size());
    while (count < most && sources.get(count).stage().equals(stage)) {
      count++;
    }
    List<Source> now = sources.subList(0, count);
    Map<Path, Known> looks = new LinkedHashMap<>();
    now.forEach(s -> {
      Known look = look(s.file());
      if (look != null) {
        looks.put(s.file(), look);
      }
    });
    try {
      insert(stage, List.copyOf(looks.keySet()), null);
    } catch (SQLException e) {
      for (Path file : looks.keySet()) {
        insertAlone(stage, file);
      }
    }
    known.putAll(looks);
    return sources.subList(count, sources.size());
  }

  private void insertAlone(String stage, Path file) throws SQLException {
    try {
      insert(stage, List.of(file), null);
    } catch (SQLException e) {
      Path clean = folder.resolve("clean.jsonl");
      CleanLines.write(file, clean);
      try {
        insert(stage, List.of(clean), file);
      } finally {
        delete(clean);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw InputFiles.failed(file, e);
    }
  }

  /// @param original the file that a clean copy is of; null for none
  private void insert(String stage, List<Path> files, @Nullable Path original) throws SQLException {
    if (files.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(query(files, original != null))) {
      insert.setString(1, stage);
      if (original != null) {
        insert.setString(2, original.toString());
      }
      insert.execute();
    }
  }

  private static String query(List<Path> files, boolean isCopy) {
    List<String> paths = FIELDS.stream().map(f -> "'$." + f + "'").toList();
    TreeSet<String> noParts = new TreeSet<>(FIELDS);
    noParts.addAll(OTHERS);
    String nulls = String.join(",", noParts.stream().map(f -> "\"" + f + "\":null").toList());
    String from = String.join(", ", files.stream().map(DuckDb::literal).toList());
    // x[1] is the first: DuckDB counts from 1
    return "INSERT INTO rollouts SELECT row_number() OVER (PARTITION BY file ORDER BY n), stage, file,"
        + " TRY_CAST(x[1] AS BIGINT), x[2], x[3], x[4], x[5], x[6], x[7], TRY_CAST(x[8] AS DOUBLE),"
        + " TRY_CAST(x[9] AS DOUBLE), TRY_CAST(x[10] AS BIGINT), x[11], x[12], TRY_CAST(x[13] AS"
        + " BIGINT), x[14], TRY_CAST(x[15] AS BIGINT), parts FROM (SELECT ? AS stage, "
        + (isCopy ? "?" : "filename")
        + " AS file, row_number() OVER () AS n, json_extract_string(json, ["
        + String.join(",", paths)
        + "]) AS x, json_merge_patch(json, '{"
        + nulls
        + "}') AS parts FROM read_ndjson_objects(["
        + from
        + "], filename = true))";
  }
}
