package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.studio.StudioProcess;
import dev.tesuji.studio.StudioSettings;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows what runs do, and lets people judge answers.
@Command(
    name = "studio",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Shows what runs do, and lets people judge answers, in a browser.",
    description = {
      "",
      "Prints 'listening on http://HOST:PORT' on standard error; open that address. Runs are only"
          + " read. SIGTERM stops it.",
      "",
      "  ./tesuji studio runs --port 8010",
      ""
    })
final class StudioCommand implements Runnable {
  @Parameters(
      index = "0",
      defaultValue = "runs",
      paramLabel = "RUNS_DIR",
      description = "The folder of runs, or one run. Default: ${DEFAULT-VALUE}.")
  Path runs = Path.of("runs");

  @Option(
      names = "--labels",
      defaultValue = "labels",
      paramLabel = "DIR",
      description =
          "The folder of label projects, each made by './tesuji labels create'. Default:"
              + " ${DEFAULT-VALUE}.")
  Path labels = Path.of("labels");

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "HOST",
      description =
          "The address to listen at; another than this machine's own needs accounts. Default:"
              + " ${DEFAULT-VALUE}.")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8010",
      paramLabel = "PORT",
      description = "The port to listen at; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  int port = 8010;

  @Mixin DatabaseOption database = new DatabaseOption();

  @Override
  public void run() {
    if (port < 0 || port > 65_535) {
      throw new BadInput("option --port must be from 0 to 65535, got " + port);
    }
    StudioProcess.run(new StudioSettings(runs, labels, host, port, database.database()));
  }
}
