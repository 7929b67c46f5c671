package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.play.Player;
import dev.tesuji.serve.go.GoServer;
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
    try (Player loaded = player.load();
        GoServer server =
            new GoServer(port, loaded, player.limits(), s -> System.err.println("tesuji: " + s))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "tesuji-stop"));
      System.err.println("listening on http://127.0.0.1:" + server.port());
      Thread.sleep(Long.MAX_VALUE); // until a signal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(GoServer server) {
    server.close();
    System.err.flush();
    Runtime.getRuntime().halt(0); // a signal would make it 143
  }
}
