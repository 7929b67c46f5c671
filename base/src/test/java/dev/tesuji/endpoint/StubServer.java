package dev.tesuji.endpoint;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// A server that speaks OpenAI's interface as badly as it is told to.
public final class StubServer implements AutoCloseable {
  private final HttpServer server;
  private final List<JsonNode> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Map<String, List<String>>> headers =
      Collections.synchronizedList(new ArrayList<>());
  private volatile Function<JsonNode, Answer> behaviour = _ -> Answer.of("4");
  private volatile Answer models = new Answer(200, "{\"data\": [{\"id\": \"teacher\"}]}");

  /// An answer.
  ///
  /// @param length how long the body says that it is; longer than it is for an answer that is cut
  public record Answer(int status, String body, Map<String, String> headers, long length) {
    /// Makes a whole answer.
    public Answer(int status, String body) {
      this(status, body, Map.of(), body.getBytes(StandardCharsets.UTF_8).length);
    }

    /// Answers with a text, for which 5 tokens were read and 7 written.
    public static Answer of(String text) {
      return new Answer(
          200,
          "{\"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": "
              + Json.line(Json.MAPPER.valueToTree(text))
              + "}, \"finish_reason\": \"stop\"}], \"usage\": {\"prompt_tokens\": 5,"
              + " \"completion_tokens\": 7}}");
    }

    /// Returns the same with a header.
    public Answer with(String name, String value) {
      return new Answer(status, body, Map.of(name, value), length);
    }

    /// Returns the same with its end cut off.
    public Answer cut() {
      return new Answer(status, body, headers, length + 100);
    }
  }

  /// Starts one.
  public StubServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/models")) {
            send(exchange, models);
            return;
          }
          headers.add(Map.copyOf(exchange.getRequestHeaders()));
          JsonNode body = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
          asked.add(body);
          send(exchange, behaviour.apply(body));
        });
    server.start();
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), answer.length());
      OutputStream out = exchange.getResponseBody();
      out.write(answer.body().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /// Returns where its interface begins.
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /// Answers questions so from now on.
  public void answers(Function<JsonNode, Answer> with) {
    behaviour = with;
  }

  /// Lists models so from now on.
  public void lists(Answer with) {
    models = with;
  }

  /// Returns the questions that came.
  public List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  /// Returns the headers of the questions that came.
  public List<Map<String, List<String>>> headers() {
    return List.copyOf(headers);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
