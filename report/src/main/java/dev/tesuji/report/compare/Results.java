package dev.tesuji.report.compare;

import dev.tesuji.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Shows what several runs came to: a page, the same as JSON, and a table for the console.
public interface Results {
  /// Returns the file of the numbers.
  Path json();

  /// Writes the page and the numbers.
  ///
  /// @param standings what each variant came to so far
  /// @param wallSeconds how long all runs took together, by the clock on the wall
  void write(List<VariantResult> standings, double wallSeconds);

  /// Returns the table as text.
  String table(List<VariantResult> standings);

  /// Returns how long earlier sessions took.
  default double secondsBefore() {
    return Files.exists(json()) ? Json.readObject(json()).path("wall_seconds").asDouble() : 0;
  }
}
