package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.InputFiles;
import dev.tesuji.json.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// The formats of data files, told apart by how their names end.
///
/// A file whose name has no ending at all, such as `/dev/stdin`, is read as JSON lines.
enum FileFormat {
  /// One JSON object per line.
  JSON_LINES(true, "\\.(jsonl|ndjson)"),
  /// A list of JSON objects.
  JSON(true, "\\.json"),
  /// Comma-separated values.
  CSV(true, "\\.csv"),
  /// Apache Parquet.
  PARQUET(false, "\\.parquet");

  /// What names may end in, for errors.
  static final String ENDINGS =
      "must be .jsonl, .ndjson, .json, .csv (each also packed, as .jsonl.gz) or .parquet";

  private final boolean isText;
  private final String ending;

  FileFormat(boolean isText, String ending) {
    this.isText = isText;
    this.ending = ending;
  }

  /// Returns the format of a file; empty where its name ends in something else.
  static Optional<FileFormat> find(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    boolean packed = InputFiles.isPacked(file);
    String plain = packed ? name.substring(0, name.length() - ".gz".length()) : name;
    if (!name.contains(".")) {
      return Optional.of(JSON_LINES);
    }
    return Arrays.stream(values())
        .filter(f -> f.isText || !packed)
        .filter(f -> plain.matches(".*" + f.ending))
        .findFirst();
  }

  /// Returns the format of a file.
  ///
  /// @throws BadInput when its name ends in something else
  static FileFormat of(Path file) {
    refuseArrow(file);
    return find(file)
        .orElseThrow(() -> BadInput.in(file, "is of no kind that can be read here: it " + ENDINGS));
  }

  /// Names a data set of Hugging Face's `save_to_disk`, and Arrow's files, with the way out.
  ///
  /// @throws BadInput when the path is one of those
  static void refuseArrow(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    boolean saved =
        Files.exists(path.resolve("dataset_dict.json"))
            || (Files.exists(path.resolve("state.json"))
                && Files.exists(path.resolve("dataset_info.json")));
    if (saved || name.matches(".*\\.(arrow|feather|ipc)")) {
      throw BadInput.in(
          path,
          (saved ? "is a data set of save_to_disk, whose files are Arrow's" : "is an Arrow file")
              + ", which Tesuji does not read; write it as Parquet (Python: "
              + (saved
                  ? "datasets.load_from_disk(FOLDER).to_parquet(FILE)"
                  : "datasets.Dataset.from_file(FILE).to_parquet(OTHER)")
              + ")");
    }
  }

  /// Reads a file of this format row by row, holding one at a time.
  ///
  /// @throws BadInput when it is missing or not what its name says
  void forEach(Path file, Consumer<Row> action) {
    forEach(
        file,
        action,
        e -> {
          throw e;
        });
  }

  /// @param bad takes what is wrong with lines that are no rows
  void forEach(Path file, Consumer<Row> action, Consumer<BadInput> bad) {
    switch (this) {
      case JSON_LINES ->
          JsonLines.forEach(
              file, r -> action.accept(new Row(Place.line(file, r.line()), r.fields())), bad);
      case JSON -> JsonList.forEach(file, action);
      case CSV -> Csv.forEach(file, action);
      case PARQUET -> Parquet.forEach(file, action);
    }
  }

  /// Makes the error for a file without rows.
  BadInput empty(Path file) {
    return BadInput.in(
        file,
        switch (this) {
          case JSON_LINES -> "must have at least one line, got an empty file";
          case JSON -> "must have at least one object, got an empty list";
          case CSV -> "must have a header and at least one line below it, got none";
          case PARQUET -> "must have at least one row, got none";
        });
  }
}
