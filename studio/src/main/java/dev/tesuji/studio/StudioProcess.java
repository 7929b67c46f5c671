package dev.tesuji.studio;

import dev.tesuji.dataset.DuckDb;
import dev.tesuji.serve.http.ServerProcess;

/// A studio as a process: from the first line on standard error to the signal that ends it.
public final class StudioProcess {
  private StudioProcess() {}

  /// Runs a studio until the process is told to end, and then ends it with status 0.
  ///
  /// @throws dev.tesuji.check.BadInput when it cannot begin
  public static void run(StudioSettings settings) {
    DuckDb.loadAhead();
    ServerProcess.run(settings.host(), () -> new StudioServer(settings));
  }
}
