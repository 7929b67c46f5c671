package dev.tesuji.studio;

import dev.tesuji.serve.http.HttpListener;
import dev.tesuji.serve.http.ServerProcess;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A studio that listens from when it is made until it is closed.
public final class StudioServer implements ServerProcess.Listening {
  private static final Duration GRACE = Duration.ofSeconds(3); // for answers that are on their way

  private final StudioRouter router;
  private final HttpListener listener;
  private final AtomicBoolean closing = new AtomicBoolean();

  /// Begins to listen.
  ///
  /// @throws dev.tesuji.check.BadInput when there are no runs, or the address cannot be listened at
  public StudioServer(StudioSettings settings) {
    router = new StudioRouter(settings);
    try {
      listener = new HttpListener(settings.http(), router);
    } catch (RuntimeException e) {
      router.close();
      throw e;
    }
  }

  @Override
  public int port() {
    return listener.port();
  }

  /// Ends streams, hangs up and frees what it holds.
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      router.stop();
      try {
        listener.awaitQuiet(GRACE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      listener.close();
      router.close();
    }
  }
}
