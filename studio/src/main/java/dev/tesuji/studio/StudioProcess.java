package dev.tesuji.studio;

/// A studio as a process: from the first line on standard error to the signal that ends it.
public final class StudioProcess {
  private StudioProcess() {}

  /// Runs a studio until the process is told to end, and then ends it with status 0.
  ///
  /// @throws dev.tesuji.check.BadInput when it cannot begin
  public static void run(StudioSettings settings) {
    StudioServer server = new StudioServer(settings);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  System.err.flush();
                  Runtime.getRuntime().halt(0); // a signal would make it 143
                },
                "tesuji-stop"));
    String host = settings.host();
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    System.err.println("listening on http://" + shown + ":" + server.port());
    try {
      server.awaitClosed();
      Thread.sleep(Long.MAX_VALUE); // the signal that closed it ends the process
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
  }
}
