package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A data set: its files, and how their rows are read.
///
/// @param paths files, folders and patterns, as [DataFiles] reads them
/// @param columns which column holds what
/// @param shape the shape of every row; null for that of the first row
/// @param mostPerFile how many rows of each file are read
public record Dataset(List<Path> paths, Columns columns, @Nullable Shape shape, long mostPerFile) {
  /// Copies the list.
  public Dataset {
    paths = List.copyOf(paths);
  }

  /// Names a data set that is read whole.
  public Dataset(List<Path> paths, Columns columns, @Nullable Shape shape) {
    this(paths, columns, shape, Long.MAX_VALUE);
  }

  /// Returns the first rows of each of its files.
  public Dataset first(long rows) {
    return new Dataset(paths, columns, shape, rows);
  }

  /// Names a data set whose columns have their usual names, and whose first row says its shape.
  public static Dataset at(Path path) {
    return new Dataset(List.of(path), Columns.DEFAULT, null);
  }

  /// Takes examples as they are read.
  public interface Reader {
    /// Takes an example.
    ///
    /// @param row where it came from, for errors
    void take(Row row, Example example);
  }

  /// Reads all examples in the order of the files, holding one at a time. Rows that do not fit are
  /// listed, or left out, as the columns' policy says.
  ///
  /// @param said takes what is to be said about rows that were left out
  /// @throws BadInput when a file is missing, empty or broken, or rows do not fit the shape, naming
  ///   the file, the line and the field
  public void forEach(Reader reader, Consumer<String> said) {
    Shape[] known = {shape};
    BadRows bad = new BadRows(columns.badRows());
    DataFiles.forEach(
        paths,
        mostPerFile,
        row -> {
          try {
            Shape s = known[0] == null ? Shape.of(row, columns) : known[0];
            known[0] = s;
            reader.take(row, s.read(row, columns));
          } catch (BadInput e) {
            bad.add(row.place().toString(), e);
          }
        },
        e -> bad.add("", e));
    bad.finish(paths.getFirst()).ifPresent(said);
  }

  /// Reads all examples, and says on standard error how many rows were left out.
  ///
  /// @throws BadInput as the other [#forEach(Reader, Consumer)] does
  public void forEach(Reader reader) {
    forEach(reader, note -> System.err.println("Note: " + note));
  }
}
