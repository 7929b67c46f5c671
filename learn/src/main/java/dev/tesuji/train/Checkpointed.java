package dev.tesuji.train;

import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A part of a run that a checkpoint keeps, so that a run that was killed continues bit for bit.
public interface Checkpointed {
  /// Writes its large values into the folder of a checkpoint, which exists.
  void save(Path folder);

  /// Returns the numbers that the next step depends on, besides what [#save] writes.
  ObjectNode state();

  /// Takes up where a checkpoint left off.
  void restore(Path folder, JsonNode state);
}
