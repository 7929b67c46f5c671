package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// No walls at all: limits on a program's own resources, and nothing that keeps it from the host.
/// For code that is trusted, where its user has said so.
record Bare() implements Jail {
  @Override
  public String label() {
    return "none (unsafe)";
  }

  @Override
  public int ownProcesses() {
    return 0;
  }

  @Override
  public boolean endsAtOnce() {
    return false;
  }

  @Override
  public Process start(Launch launch) throws IOException {
    Path scratch = Files.createDirectories(launch.folder().resolve("tmp"));
    String script = Shell.enter(launch.lane()) + OnHost.script(launch, scratch, List.of());
    return Shell.start(launch.lane(), script, scratch);
  }
}
