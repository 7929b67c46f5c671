package dev.tesuji.studio.runfolder;

import dev.tesuji.dataset.DuckDb;
import dev.tesuji.dataset.RolloutLines;
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
import org.jspecify.annotations.Nullable;

/// Brings files of rollouts into a table, and brings again those that changed.
final class RolloutLoader {
  private static final int FIRST =
      8; // files that are brought at once, so that there is a page soon
  private static final int TOGETHER = 64; // and then
  private static final int COLUMNAR = 512; // and then, of Parquet

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
      statement.execute("CREATE TABLE rollouts (stage VARCHAR, " + RolloutLines.COLUMNS + ")");
    }
  }

  /// Returns whether nothing has been brought yet.
  boolean isEmpty() {
    return known.isEmpty();
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
    Path parquet = parquet(sources, stage);
    int count = 1;
    int together = parquet == null ? TOGETHER : COLUMNAR;
    int most = Math.min(known.isEmpty() ? FIRST : together, sources.size());
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
      if (parquet == null) {
        insert(stage, List.copyOf(looks.keySet()), null);
      } else {
        insert(parquet, now);
      }
    } catch (SQLException e) {
      for (Path file : looks.keySet()) {
        insertAlone(stage, file);
      }
    }
    known.putAll(looks);
    return sources.subList(count, sources.size());
  }

  /// Returns the Parquet file that a stage left at its end; null where there is none, or where a
  /// file of lines is newer.
  private static @Nullable Path parquet(List<Source> sources, String stage) {
    Path folder = sources.getFirst().file().getParent();
    Path parquet = folder == null ? null : folder.resolveSibling(folder.getFileName() + ".parquet");
    Known made = parquet == null ? null : look(parquet);
    if (made == null) {
      return null;
    }
    for (Source source : sources) {
      Known lines = source.stage().equals(stage) ? look(source.file()) : null;
      if (lines != null && lines.changed().compareTo(made.changed()) > 0) {
        return null;
      }
    }
    return parquet;
  }

  /// @param sources consecutive files, the newest first
  private void insert(Path parquet, List<Source> sources) throws SQLException {
    String sql =
        "INSERT INTO rollouts SELECT ?, * REPLACE (? || file AS file) FROM read_parquet("
            + DuckDb.literal(parquet)
            + ") WHERE file BETWEEN ? AND ?";
    Path first = sources.getLast().file();
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, sources.getFirst().stage());
      insert.setString(2, first.getParent() + "/");
      insert.setString(3, String.valueOf(first.getFileName()));
      insert.setString(4, String.valueOf(sources.getFirst().file().getFileName()));
      insert.execute();
    }
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
    String file = original == null ? "filename" : "?";
    String sql = "INSERT INTO rollouts SELECT ?, * FROM (" + RolloutLines.select(files, file) + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, stage);
      if (original != null) {
        insert.setString(2, original.toString());
      }
      insert.execute();
    }
  }
}
