package dev.tesuji.train;

import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The work of a stage at each step, and the state that it keeps between steps.
public interface Trainer {
  /// Makes one step and returns what was measured.
  ///
  /// @param step the step, from 0
  Metrics step(int step);

  /// Writes what the steps so far have made into the folder of a checkpoint.
  void save(Path folder);

  /// Returns the numbers that the next step depends on, besides what [#save] writes.
  ObjectNode state();

  /// Takes up where a checkpoint left off.
  void restore(Path folder, JsonNode state);

  /// Returns what the report says of the stage besides its metrics.
  ObjectNode summary();

  /// Returns a few words on the newest metrics for the progress line.
  String note(Metrics metrics);
}
