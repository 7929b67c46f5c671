package dev.tesuji.serve.http;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The life of a server as a process: from the first line on standard error to the signal that ends
/// it with status 0.
public final class ServerProcess {
  private @Nullable Listening running;

  private ServerProcess() {}

  /// A server that listens, until it is closed.
  public interface Listening extends AutoCloseable {
    /// Returns the port that it listens at.
    int port();

    /// Finishes what it is at, and stops.
    @Override
    void close();
  }

  /// Begins a server and keeps it until the process is told to end, also while it begins.
  ///
  /// @param host where it listens, as it was asked for
  /// @param begin makes it
  /// @throws RuntimeException what making it throws
  public static void run(String host, Supplier<? extends Listening> begin) {
    ServerProcess process = new ServerProcess();
    Thread hook = new Thread(process::stop, "tesuji-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    Listening server;
    try {
      server = begin.get();
    } catch (RuntimeException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      throw e;
    }
    process.running(server);
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    System.err.println("listening on http://" + shown + ":" + server.port());
    try {
      Thread.sleep(Long.MAX_VALUE); // until a signal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
    }
  }

  private synchronized void running(Listening server) {
    running = server;
  }

  private synchronized @Nullable Listening running() {
    return running;
  }

  private void stop() {
    Listening server = running();
    if (server != null) {
      server.close();
    }
    System.err.flush();
    Runtime.getRuntime().halt(0); // a signal would make it 143
  }
}
