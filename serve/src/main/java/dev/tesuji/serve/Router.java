package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import dev.tesuji.serve.http.Exchange;
import dev.tesuji.serve.http.Gone;
import dev.tesuji.serve.http.HttpAnswer;
import dev.tesuji.serve.http.HttpHandler;
import dev.tesuji.serve.http.HttpHead;
import dev.tesuji.serve.http.HttpListener;
import dev.tesuji.serve.http.StaticFiles;
import dev.tesuji.serve.model.ModelThread;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.serve.model.SlowWork;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Sends each request to what answers it, and makes answers of errors.
final class Router implements HttpHandler {
  private static final String MODELS = "/v1/models";

  private final ServerSettings settings;
  private final ApiKeys keys;
  private final Metrics metrics = new Metrics();
  private final StaticFiles files = new StaticFiles(Router.class);
  private volatile @Nullable Routes routes; // null while the models are loaded
  private volatile boolean stopping;

  /// The endpoints that answer once the models are there.
  private record Routes(
      Models models,
      List<ServedModel> served,
      Map<String, Endpoint> posts,
      HttpListener listener) {}

  Router(ServerSettings settings) {
    this.settings = settings;
    keys = new ApiKeys(settings.keys());
  }

  /// Opens for business.
  void ready(List<ServedModel> served, ModelThread thread, HttpListener listener) {
    Models models = new Models(served, settings.summaryModel());
    RunningAnswers running = new RunningAnswers();
    TokensEndpoint tokens = new TokensEndpoint(models);
    routes =
        new Routes(
            models,
            served,
            Map.of(
                "/v1/chat/completions",
                new ChatEndpoint(models, thread, running),
                "/v1/chat/completions/control",
                running::control,
                "/v1/responses",
                new ResponsesEndpoint(models, thread, running),
                "/v1/completions",
                new CompletionsEndpoint(models, thread),
                "/tokenize",
                tokens::tokenize,
                "/detokenize",
                tokens::detokenize),
            listener);
  }

  /// Refuses whatever comes from now on.
  void stop() {
    stopping = true;
  }

  @Override
  public @Nullable HttpAnswer screen(HttpHead head) {
    boolean open = head.path().equals("/health") || files.has(head);
    if (!open && !keys.admits(head)) {
      return ApiError.noKey().answer();
    }
    if (!open && stopping) {
      return ApiError.unavailable("the server is stopping").answer();
    }
    return null;
  }

  @Override
  public HttpAnswer refusal(int status, String sentence) {
    return ApiError.of(status, sentence).answer();
  }

  @Override
  public void handle(Exchange exchange) {
    Served served = new Served(newId(), metrics::gap);
    String trouble = "";
    try {
      route(exchange, served);
    } catch (ApiError e) {
      trouble = String.valueOf(e.getMessage());
      fail(exchange, e);
    } catch (Gone | InterruptedException e) {
      trouble = "the client went away";
    } catch (BadInput e) {
      trouble = String.valueOf(e.getMessage());
      fail(exchange, ApiError.invalid(trouble));
    } catch (OutOfMemoryError e) {
      trouble = Trouble.of(e);
      fail(exchange, ApiError.unavailable("the server is short of memory; try again"));
    } catch (StackOverflowError e) {
      trouble = Trouble.of(e);
      fail(exchange, ApiError.invalid("the request must not nest so deeply"));
    } catch (RuntimeException e) {
      trouble = Trouble.of(e);
      fail(exchange, ApiError.defect("a defect of the server; its log says more"));
    } finally {
      exchange.close();
      log(exchange, served, trouble);
    }
  }

  private static String newId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
        + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }

  /// Answers an error: inside of the stream where one has begun.
  private static void fail(Exchange exchange, ApiError e) {
    if (!exchange.hasBegun()) {
      exchange.answer(e.answer());
      return;
    }
    try {
      exchange.send("data: " + Json.line(e.json()) + "\n\n");
      exchange.end();
    } catch (Gone gone) {
      // Nobody is there to be told.
    }
  }

  private void route(Exchange exchange, Served served) throws InterruptedException {
    HttpHead head = exchange.head();
    Routes ready = routes;
    if (head.path().equals("/health")) {
      exchange.answer(health(ready));
    } else if (files.has(head)) {
      exchange.answer(files.answer(head));
    } else if (ready == null) {
      throw ApiError.unavailable("the models are being loaded; try again");
    } else if (ready.posts.containsKey(head.path())) {
      requireMethod(head, "POST");
      byte[] sent = exchange.body();
      RequestBody body =
          SlowWork.on(sent.length, exchange::whenGone, () -> RequestBody.parse(head, sent));
      ready.posts.get(head.path()).answer(exchange, body, served);
    } else {
      requireKnown(head);
      requireMethod(head, "GET");
      exchange.answer(get(head, ready));
    }
  }

  private HttpAnswer get(HttpHead head, Routes ready) {
    if (head.path().equals("/metrics")) {
      String text =
          metrics.text(ready.served, ready.listener.connections(), ready.listener.active());
      return HttpAnswer.of(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }
    if (head.path().equals(MODELS)) {
      return json(ready.models.list());
    }
    return json(ready.models.one(decoded(head.path().substring(MODELS.length() + 1))));
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name; // half an escape, which no model's name has
    }
  }

  private static HttpAnswer json(ObjectNode json) {
    return HttpAnswer.of(200, "application/json", Json.line(json));
  }

  private static void requireKnown(HttpHead head) {
    String path = head.path();
    boolean known = path.equals("/metrics") || path.equals(MODELS) || path.startsWith(MODELS + "/");
    if (!known) {
      throw ApiError.of(
          404, "the path must be one of this server's, got '" + BadInput.brief(path) + "'");
    }
  }

  private static void requireMethod(HttpHead head, String method) {
    boolean get = method.equals("GET") && head.method().equals("HEAD");
    if (!get && !head.method().equals(method)) {
      throw ApiError.of(
          405,
          "the method of "
              + head.path()
              + " must be "
              + method
              + ", got "
              + BadInput.brief(head.method()));
    }
  }

  private HttpAnswer health(@Nullable Routes ready) {
    Function<String, ObjectNode> state = word -> Json.MAPPER.createObjectNode().put("status", word);
    if (ready != null && !stopping) {
      return json(state.apply("ok"));
    }
    String word = stopping ? "stopping" : "loading";
    return HttpAnswer.of(503, "application/json", Json.line(state.apply(word)));
  }

  /// Writes a line about a request: never what it said.
  private void log(Exchange exchange, Served served, String trouble) {
    HttpHead head = exchange.head();
    metrics.count(head.path(), exchange.status(), served);
    if (head.path().equals("/health")) {
      return;
    }
    ObjectNode line = Json.MAPPER.createObjectNode();
    line.put("time", java.time.Instant.now().toString()).put("id", served.id());
    line.put("remote", head.remote()).put("method", head.method());
    line.put("path", BadInput.brief(head.path())).put("status", exchange.status());
    line.put("seconds", Math.round(served.seconds() * 1e4) / 1e4);
    if (!served.model().isEmpty()) {
      line.put("model", served.model());
      line.put("prompt_tokens", served.promptTokens());
      line.put("completion_tokens", served.completionTokens());
      line.put("seconds_to_first_token", Math.round(served.secondsToFirst() * 1e4) / 1e4);
    }
    if (!served.unknown().isEmpty()) {
      line.put("unknown_fields", BadInput.brief(String.join(", ", served.unknown())));
    }
    if (!trouble.isEmpty()) {
      line.put("error", exchange.status() >= 500 ? trouble : BadInput.brief(errorKind(exchange)));
    }
    settings.log().accept(Json.line(line));
  }

  /// Returns a word for an error of a request: its sentence may hold what the client said.
  private static String errorKind(Exchange exchange) {
    return switch (exchange.status()) {
      case 499 -> "client went away";
      case 429 -> "queue full";
      default -> "refused";
    };
  }
}
