package dev.tesuji.recipe;

import java.nio.file.Path;

/// Demonstrations that are made up, in the place of a file.
public interface MadeData {
  /// Returns the name under which metrics show it.
  String label();

  /// Refuses a task that the data does not go with.
  ///
  /// @throws IllegalArgumentException saying which it goes with
  void requireTask(TaskConfig task);

  /// Writes prompts and completions as JSON lines.
  ///
  /// @param seed decides what is left to chance
  void write(Path file, long seed);
}
