package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import java.nio.file.Path;

/// Where a row stands: a line of a text file, or a row of a file that has no lines.
///
/// @param file the file
/// @param number the line on which the row begins, or the row, counted from 1
/// @param isLine whether it is a line
public record Place(Path file, long number, boolean isLine) {
  /// Names a line of a text file.
  public static Place line(Path file, long line) {
    return new Place(file, line, true);
  }

  /// Names a row of a file that has no lines.
  public static Place row(Path file, long row) {
    return new Place(file, row, false);
  }

  /// Returns what the file is counted in: `line` or `row`.
  public String unit() {
    return isLine ? "line" : "row";
  }

  /// Makes an error about the row.
  public BadInput bad(String problem) {
    return new BadInput(this + ": " + problem);
  }

  /// Returns `FILE:LINE` or `FILE: row ROW`.
  @Override
  public String toString() {
    return isLine ? file + ":" + number : file + ": row " + number;
  }
}
