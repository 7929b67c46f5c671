package dev.tesuji.serve.go;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.play.Limits;
import dev.tesuji.play.Player;
import dev.tesuji.play.PlayerFailed;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.Gone;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHandler;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.serve.http.HttpListener;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.http.ServerProcess;
import dev.tesuji.serve.http.StaticFiles;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// A board in the browser, against a player. Listens to this machine alone, from when it is made
/// until it is closed.
///
/// Keeps no games: a request brings its game as SGF, and the answer has it with what happened.
public final class GoServer implements ServerProcess.Listening {
  /// Where it listens.
  public static final String HOST = "127.0.0.1";

  private static final int MOST_BODY = 4 << 20;

  /// The names under which this machine may be asked: any other is a page elsewhere that has got
  /// itself this address.
  private static final Pattern LOCAL =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?");

  private final GoDesk desk;
  private final Consumer<String> log;
  private final HttpListener listener;

  /// Begins to listen.
  ///
  /// @param port 0 for any that is free
  /// @param player stays the caller's to close
  /// @param limits of each move and of each thought
  /// @param log takes a sentence about each trouble
  /// @throws BadInput when the port cannot be listened at
  public GoServer(int port, Player player, Limits limits, Consumer<String> log) {
    desk = new GoDesk(player, limits);
    this.log = log;
    HttpSettings usual = new HttpSettings(HOST, port);
    HttpSettings settings =
        new HttpSettings(HOST, port, MOST_BODY, usual.maxHead(), usual.patience());
    listener = new HttpListener(settings, new Handler());
  }

  @Override
  public int port() {
    return listener.port();
  }

  @Override
  public void close() {
    desk.close();
    listener.close();
  }

  private final class Handler implements HttpHandler {
    private static final Set<String> POSTS =
        Set.of("/api/new", "/api/show", "/api/play", "/api/undo", "/api/move", "/api/think");

    private final StaticFiles files = new StaticFiles(GoServer.class);

    @Override
    public @Nullable HttpAnswer screen(HttpHead head) {
      String host = head.header("host");
      String origin = head.header("origin");
      boolean local = host != null && LOCAL.matcher(host).matches();
      if (!local || (origin != null && !origin.equals("http://" + host))) {
        return refusal(403, "the page must be opened on this machine, at http://" + HOST);
      }
      if (files.has(head) || isGet(head, "/api/player") || isGet(head, "/health")) {
        return null;
      }
      if (!POSTS.contains(head.path())) {
        return refusal(404, "there is nothing at '" + BadInput.brief(head.path()) + "'");
      }
      return head.method().equals("POST")
          ? null
          : refusal(405, "the method of " + head.path() + " must be POST");
    }

    private static boolean isGet(HttpHead head, String path) {
      return head.path().equals(path)
          && (head.method().equals("GET") || head.method().equals("HEAD"));
    }

    @Override
    public HttpAnswer refusal(int status, String sentence) {
      ObjectNode error = Json.MAPPER.createObjectNode().put("error", sentence);
      return HttpAnswer.of(status, "application/json", Json.line(error));
    }

    @Override
    public void handle(Exchange exchange) {
      try {
        exchange.answer(answer(exchange));
      } catch (BadInput e) {
        exchange.answer(refusal(400, String.valueOf(e.getMessage())));
      } catch (PlayerFailed e) {
        log.accept(String.valueOf(e.getMessage()));
        exchange.answer(refusal(500, "the player failed: " + e.getMessage()));
      } catch (Gone | InterruptedException | RejectedExecutionException e) {
        // Nobody is there to be answered, or the server is closing.
      } catch (RuntimeException e) {
        log.accept("a defect of the server: " + e);
        exchange.answer(refusal(500, "a defect of the server; its log says more"));
      } finally {
        exchange.close();
      }
    }

    private HttpAnswer answer(Exchange exchange) throws InterruptedException {
      HttpHead head = exchange.head();
      if (files.has(head)) {
        return files.answer(head);
      }
      if (head.path().equals("/health")) {
        return json(Json.MAPPER.createObjectNode().put("status", "ok"));
      }
      if (head.path().equals("/api/player")) {
        return json(desk.player());
      }
      GoRequest request = request(exchange.body());
      return json(
          switch (head.path()) {
            case "/api/new" -> desk.begin(request);
            case "/api/show" -> desk.show(request);
            case "/api/play" -> desk.play(request);
            case "/api/undo" -> desk.undo(request);
            case "/api/move" -> desk.move(request, exchange::isGone);
            case "/api/think" -> desk.think(request, exchange::isGone);
            default -> throw new IllegalStateException(head.path());
          });
    }

    private static GoRequest request(byte[] body) {
      try {
        if (Json.MAPPER.readTree(new String(body, StandardCharsets.UTF_8))
            instanceof ObjectNode fields) {
          return new GoRequest(fields);
        }
        throw new BadInput("the body must be a JSON object");
      } catch (JacksonException e) {
        throw new BadInput("the body must be a JSON object: it is not valid JSON", e);
      }
    }

    private static HttpAnswer json(ObjectNode json) {
      return HttpAnswer.of(200, "application/json", Json.line(json))
          .with("cache-control", "no-store")
          .with("x-content-type-options", "nosniff");
    }
  }
}
