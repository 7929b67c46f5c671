package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads rows from data files of every format, one after the other.
///
/// A path is a file, a folder (of which every data file is read, by name, but not those of folders
/// in it nor those whose name begins with `.` or `_`), or a pattern such as `data/train-*.parquet`
/// or `data/**.jsonl`.
public final class DataFiles {
  private static final Pattern WILD = Pattern.compile("[*?\\[{]");

  private DataFiles() {}

  /// Reads the rows of files in their order, holding one row at a time.
  ///
  /// @param paths files, folders and patterns
  /// @throws BadInput when one is missing, empty, of no known kind or broken, naming file and line
  public static void forEach(List<Path> paths, Consumer<Row> action) {
    forEach(paths, Long.MAX_VALUE, action);
  }

  /// Checks a policy for rows that do not fit: `error`, `skip`, or a number.
  ///
  /// @throws IllegalArgumentException when it is none of those
  public static void requirePolicy(String badRows) {
    BadRows.require(badRows);
  }

  /// Reads the rows of a file, folder or pattern; lists all that an action refuses, or leaves them
  /// out and says on standard error how many.
  ///
  /// @param badRows `error`, `skip`, or the most rows that may be left out
  /// @throws BadInput when a file is missing or empty, or more rows than that do not fit
  public static void forEach(Path path, String badRows, Consumer<Row> action) {
    BadRows bad = new BadRows(badRows);
    forEach(
        List.of(path),
        Long.MAX_VALUE,
        row -> {
          try {
            action.accept(row);
          } catch (BadInput e) {
            bad.add(row.place().toString(), e);
          }
        },
        e -> bad.add("", e));
    bad.finish(path).ifPresent(note -> System.err.println("Note: " + note));
  }

  /// Reads the first rows of each of some files.
  ///
  /// @param most how many of each, at least 1
  static void forEach(List<Path> paths, long most, Consumer<Row> action) {
    forEach(
        paths,
        most,
        action,
        e -> {
          throw e;
        });
  }

  /// @param bad takes what is wrong with lines that are no rows
  static void forEach(List<Path> paths, long most, Consumer<Row> action, Consumer<BadInput> bad) {
    for (Path file : expand(paths)) {
      FileFormat format = FileFormat.of(file);
      long[] rows = {0};
      try {
        format.forEach(
            file,
            row -> {
              action.accept(row);
              rows[0]++;
              if (rows[0] >= most) {
                throw new Enough();
              }
            },
            fault -> {
              bad.accept(fault);
              rows[0]++;
            });
      } catch (Enough _) {
        continue;
      }
      if (rows[0] == 0) {
        throw format.empty(file);
      }
    }
  }

  /// Ends the reading of a file.
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;

    Enough() {
      super(null, null, false, false);
    }
  }

  /// Reads the rows of one file, folder or pattern.
  ///
  /// @throws BadInput as [#forEach(List, Consumer)] does
  public static void forEach(Path path, Consumer<Row> action) {
    forEach(List.of(path), action);
  }

  /// Returns the files that paths stand for, in the order in which they are read.
  ///
  /// @throws BadInput when a path stands for none
  public static List<Path> expand(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        files.addAll(folder(path));
      } else if (Files.exists(path) || !WILD.matcher(path.toString()).find()) {
        files.add(path);
      } else {
        files.addAll(matches(path));
      }
    }
    if (files.isEmpty()) {
      throw new BadInput("a data set must have at least one file, got none");
    }
    return files;
  }

  private static List<Path> folder(Path folder) {
    FileFormat.refuseArrow(folder);
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(f -> !isHidden(f) && !Files.isDirectory(f))
              .filter(f -> f.getFileName().toString().contains("."))
              .filter(f -> FileFormat.find(f).isPresent())
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw BadInput.in(folder, "has no data file: one " + FileFormat.ENDINGS);
      }
      return files;
    } catch (IOException e) {
      throw InputFiles.failed(folder, e);
    }
  }

  private static boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") || name.startsWith("_");
  }

  private static List<Path> matches(Path pattern) {
    Path base = Optional.ofNullable(pattern.getRoot()).orElse(Path.of(""));
    int plain = 0;
    while (!WILD.matcher(pattern.getName(plain).toString()).find()) {
      base = base.resolve(pattern.getName(plain++));
    }
    int depth =
        pattern.toString().contains("**") ? Integer.MAX_VALUE : pattern.getNameCount() - plain;
    PathMatcher matcher =
        FileSystems.getDefault().getPathMatcher("glob:" + pattern.toString().replace("\\", "\\\\"));
    if (!Files.isDirectory(base)) {
      throw new BadInput(pattern + ": no such folder as " + base);
    }
    try (Stream<Path> all = Files.walk(base, depth)) {
      List<Path> files =
          all.filter(f -> matcher.matches(f) && !Files.isDirectory(f)).sorted().toList();
      if (files.isEmpty()) {
        throw new BadInput(pattern + ": no file matches");
      }
      return files;
    } catch (IOException e) {
      throw InputFiles.failed(base, e);
    }
  }
}
