package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpListener;
import dev.tesuji.serve.http.ServerProcess;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Models behind OpenAI's interface: listens from when it is made until it is closed.
public final class Server implements ServerProcess.Listening {
  private final ServerSettings settings;
  private final Router router;
  private final HttpListener listener;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile ModelThread thread;
  private volatile List<ServedModel> models = List.of();

  /// Makes the models that are served; may take a while.
  @FunctionalInterface
  public interface Loading {
    /// Returns at least one model.
    List<ServedModel> load();
  }

  /// Begins to listen, and then loads the models; until they are there, `/health` answers 503.
  ///
  /// @param loading makes the models, which are closed with the server
  /// @throws dev.tesuji.check.BadInput when the address cannot be listened at, or a model is broken
  public Server(ServerSettings settings, Loading loading) {
    this.settings = settings;
    router = new Router(settings);
    listener = new HttpListener(settings.http(), router);
    try {
      models = loading.load();
      thread = new ModelThread(models, this::failed);
      router.ready(models, thread, listener);
    } catch (RuntimeException e) {
      models.forEach(ServedModel::close);
      listener.close();
      throw e;
    }
  }

  private void failed(Throwable e) {
    settings
        .log()
        .accept(
            Json.line(
                Json.MAPPER
                    .createObjectNode()
                    .put("event", "step_failed")
                    .put("error", Trouble.of(e))));
  }

  @Override
  public int port() {
    return listener.port();
  }

  /// Returns how many answers are being generated, over all models.
  public int running() {
    return models.stream().filter(m -> m.adapter() == 0).mapToInt(m -> m.engine().running()).sum();
  }

  /// Returns how many connections are open.
  public int connections() {
    return listener.connections();
  }

  /// Takes no more requests, waits for those that are being answered for as long as settings allow,
  /// breaks off the rest, and frees the models.
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    router.stop();
    try {
      if (!listener.awaitQuiet(settings.grace())) {
        models.forEach(m -> m.engine().close());
        listener.awaitQuiet(settings.grace());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    listener.close();
    thread.close();
    models.forEach(ServedModel::close);
  }
}
