package dev.tesuji.compare;

import java.io.IOException;
import java.nio.file.Path;

/// Starts runs as processes of their own.
@FunctionalInterface
public interface Launcher {
  /// Starts a run.
  ///
  /// @return its process, which ends with the status of `./tesuji run`
  Process start(Order order) throws IOException;

  /// A run to start.
  ///
  /// @param recipe the file of the whole recipe
  /// @param out the run directory
  /// @param log takes what the run prints
  /// @param threads how many threads it may have; 0 for as many as the machine has cores
  /// @param resume whether it was begun before
  record Order(Path recipe, Path out, Path log, int threads, boolean resume) {}
}
