package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Player;
import dev.tesuji.serve.go.GoServer;
import dev.tesuji.serve.http.ServerProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Opens a board.
@Command(
    name = "go",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Opens a page with a board, to play Go against a network.",
    description = {
      "",
      "Prints the address to open, and listens to this machine alone until Ctrl-C. Nothing is"
          + " fetched from elsewhere.",
      "",
      "  ./tesuji go --model DIR",
      "  ./tesuji go --player random --port 0",
      ""
    })
final class GoCommand implements Runnable {
  @Mixin GoPlayerOptions player = new GoPlayerOptions();

  @Option(
      names = "--port",
      defaultValue = "8007",
      paramLabel = "PORT",
      description = "The port to listen at; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  int port = 8007;

  @Override
  public void run() {
    if (port < 0 || port > 65_535) {
      throw new BadInput("option --port must be from 0 to 65535, got " + port);
    }
    try (Player loaded = player.load()) {
      ServerProcess.run(
          GoServer.HOST,
          () ->
              new GoServer(port, loaded, player.limits(), s -> System.err.println("tesuji: " + s)));
    }
  }
}
