package dev.tesuji.openenv;

import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolTexts;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A session with a server of environments: a connection of its own, over which a message of JSON
/// is sent and one comes back.
///
/// Used by one thread at a time. Whatever the server does, an answer comes within its time or a
/// [ToolBroken] says why not.
public final class Session implements AutoCloseable {
  private static final long FAREWELL_MS = 1000;

  private final OpenEnvServer server;
  private final WebSocketLine line;

  /// Connects.
  ///
  /// @throws ToolBroken when the server cannot be reached
  public Session(OpenEnvServer server) {
    this.server = server;
    line =
        timed(
            () -> {
              try {
                return new WebSocketLine(server.url(), server.answer(), server.bytes());
              } catch (IOException e) {
                String why = e.getMessage() == null ? "it ended" : e.getMessage();
                throw broken(Ending.TOOL_DIED, "cannot be reached: " + why, e);
              }
            },
            null);
  }

  /// Asks.
  ///
  /// @return the answer, whatever its `type`
  /// @throws ToolBroken when there is none that is an object of JSON
  public ObjectNode ask(ObjectNode message) {
    byte[] bytes =
        timed(
            () -> {
              line.send(Json.line(message));
              return line.receive();
            },
            line);
    return ToolTexts.message(bytes, who());
  }

  /// Does something that may take the server's time and no more.
  ///
  /// @param failing is closed where it fails, which ends what waits for it
  private <T> T timed(Callable<T> does, @Nullable WebSocketLine failing) {
    FutureTask<T> task = new FutureTask<>(does);
    Thread.ofVirtual().name("openenv").start(task);
    try {
      return task.get(server.answer().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      drop(task, failing);
      throw broken(Ending.TOOL_HUNG, "gave no answer in " + server.answer().toMillis() + " ms", e);
    } catch (InterruptedException e) {
      drop(task, failing);
      Thread.currentThread().interrupt();
      throw broken(Ending.TOOL_DIED, "was interrupted", e);
    } catch (ExecutionException e) {
      drop(task, failing);
      throw switch (e.getCause()) {
        case ToolBroken broken -> broken;
        case WebSocketLine.TooLong _ ->
            broken(Ending.TOOL_FLOODED, "answered more than " + server.bytes() + " bytes", e);
        case null, default -> broken(Ending.TOOL_DIED, "ended", e);
      };
    }
  }

  private static void drop(FutureTask<?> task, @Nullable WebSocketLine failing) {
    task.cancel(true);
    if (failing != null) {
      failing.close();
    }
  }

  /// Makes the failure of the server.
  ToolBroken broken(Ending ending, String what, @Nullable Throwable cause) {
    return new ToolBroken(ending, who() + " " + what, cause);
  }

  private String who() {
    return "the environment at " + server;
  }

  /// Ends the session; says so to the server where it listens.
  @Override
  public void close() {
    FutureTask<Void> farewell =
        new FutureTask<>(() -> {
          line.send("{\"type\":\"close\"}");
          return null;
        });
    Thread.ofVirtual().name("openenv").start(farewell);
    try {
      farewell.get(FAREWELL_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException _) {
      // it has gone
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    line.close();
  }
}
