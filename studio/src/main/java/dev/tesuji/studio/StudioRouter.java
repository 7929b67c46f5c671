package dev.tesuji.studio;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.Gone;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHandler;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.studio.runfolder.Runs;
import dev.tesuji.studio.web.Assets;
import dev.tesuji.studio.web.Guard;
import dev.tesuji.studio.web.Refusal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sends each request to what answers it, and makes answers of refusals.
final class StudioRouter implements HttpHandler, AutoCloseable {
  /// A view of the page: anything without an ending.
  private static final Pattern VIEW =
      Pattern.compile("/|/(runs|run|rollouts|rollout|compare|label|agreement)");

  private static final String API = "/api/";
  private static final String ASSETS = "/assets/";

  private final Guard guard;
  private final RunsEndpoint runs;
  private volatile boolean stopping;

  StudioRouter(StudioSettings settings) {
    guard = new Guard(names(settings.host()));
    runs = new RunsEndpoint(new Runs(settings.runs()), () -> stopping);
  }

  /// Returns the names by which a page of this server may be opened.
  private static Set<String> names(String host) {
    Set<String> names = new HashSet<>(Set.of("localhost", host.toLowerCase(Locale.ROOT)));
    try {
      names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException e) {
      // a machine without a name is opened by its address
    }
    return names;
  }

  @Override
  public @Nullable HttpAnswer screen(HttpHead head) {
    String problem = guard.problem(head);
    if (problem != null) {
      return Assets.safe(Refusal.answer(403, problem));
    }
    if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
      return refusal(405, "the method must be GET, got " + BadInput.brief(head.method()));
    }
    return null;
  }

  @Override
  public HttpAnswer refusal(int status, String sentence) {
    return Assets.safe(Refusal.answer(status, sentence));
  }

  @Override
  public void handle(Exchange exchange) {
    try {
      route(exchange);
    } catch (Refusal e) {
      exchange.answer(Assets.safe(e.answer()));
    } catch (BadInput e) {
      exchange.answer(refusal(500, String.valueOf(e.getMessage())));
    } catch (Gone e) {
      // nobody is there to be told
    } catch (RuntimeException e) {
      System.err.println("a defect of the studio: " + exchange.head().path() + ": " + e);
      exchange.answer(refusal(500, "a defect of the studio; its standard error says more"));
    } finally {
      exchange.close();
    }
  }

  private void route(Exchange exchange) {
    String path = exchange.head().path();
    if (path.equals("/health")) {
      String state = stopping ? "stopping" : "ok";
      String json = Json.line(Json.MAPPER.createObjectNode().put("status", state));
      exchange.answer(HttpAnswer.of(stopping ? 503 : 200, "application/json", json));
    } else if (path.equals("/api/stream")) {
      runs.stream(exchange);
    } else if (path.startsWith(API)) {
      exchange.answer(Assets.safe(runs.answer(path.substring(API.length()), exchange.head())));
    } else {
      exchange.answer(Assets.safe(file(path)));
    }
  }

  private static HttpAnswer file(String path) {
    String name =
        VIEW.matcher(path).matches()
            ? "index.html"
            : path.startsWith(ASSETS) ? path.substring(ASSETS.length()) : "";
    HttpAnswer answer = name.isEmpty() ? null : Assets.file(name);
    if (answer == null) {
      throw new Refusal(
          404, "the path must be one of this server's, got '" + BadInput.brief(path) + "'");
    }
    return Objects.requireNonNull(answer);
  }

  /// Ends streams.
  void stop() {
    stopping = true;
  }

  @Override
  public void close() {
    runs.close();
  }
}
