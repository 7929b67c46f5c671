package dev.tesuji.studio;

import dev.tesuji.labels.shared.Database;
import java.nio.file.Path;

/// A studio as a process that a test kills.
final class StudioChild {
  private StudioChild() {}

  public static void main(String[] args) {
    Database database = args.length > 2 ? Database.of(args[2]) : null;
    StudioProcess.run(
        new StudioSettings(Path.of(args[0]), Path.of(args[1]), "127.0.0.1", 0, database));
  }
}
