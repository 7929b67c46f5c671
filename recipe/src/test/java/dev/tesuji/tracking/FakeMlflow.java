package dev.tesuji.tracking;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A server that understands what a tracker says, and may be ill.
final class FakeMlflow implements AutoCloseable {
  private static final String API = "/api/2.0/mlflow/";

  final Map<String, String> artifacts = new ConcurrentHashMap<>();
  final List<String> calls = new ArrayList<>(); // guarded by this
  private final Map<String, JsonNode> metrics = new TreeMap<>(); // guarded by this
  private final Map<String, String> parameters = new TreeMap<>(); // guarded by this
  private final List<String> statuses = new ArrayList<>(); // guarded by this
  private final CountDownLatch awake = new CountDownLatch(1);
  private final HttpServer server;
  volatile int ill; // the status of every answer; 0 for a server that is well
  volatile boolean hangs;
  volatile String refuses = "\0"; // bodies with this are answered 400
  volatile String root = "mlflow-artifacts:/7/r1/artifacts";

  FakeMlflow() throws IOException {
    this(0);
  }

  FakeMlflow(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String uri() {
    return "http://127.0.0.1:" + port();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (hangs) {
      try {
        awake.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    String path = exchange.getRequestURI().getPath();
    int status = ill != 0 ? ill : body.contains(refuses) ? 400 : 200;
    String answer =
        status == 200 ? take(path, body) : "{\"message\": \"so it is\", \"error_code\": \"X\"}";
    if (answer.isEmpty()) {
      status = 404;
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /// Does what is asked; returns nothing for what there is none of.
  private synchronized String take(String path, String body) {
    calls.add(path.replace(API, ""));
    if (path.startsWith("/api/2.0/mlflow-artifacts/artifacts/7/r1/artifacts/")) {
      artifacts.put(path.substring(path.indexOf("/artifacts/7/") + 26), body);
      return "{}";
    }
    JsonNode json = Json.MAPPER.readTree(body.isEmpty() ? "{}" : body);
    return switch (path.replace(API, "")) {
      case "experiments/get-by-name" -> "";
      case "experiments/create" -> "{\"experiment_id\": \"7\"}";
      case "runs/create" ->
          "{\"run\": {\"info\": {\"run_id\": \"r1\", \"artifact_uri\": \"" + root + "\"}}}";
      case "runs/log-batch" -> {
        json.path("metrics").forEach(m -> metrics.put(name(m), m));
        json.path("params")
            .forEach(p -> parameters.put(p.path("key").asString(), p.path("value").asString()));
        yield "{}";
      }
      case "runs/update" -> {
        statuses.add(json.path("status").asString());
        yield "{}";
      }
      case "registered-models/create", "model-versions/create" -> "{}";
      default -> "";
    };
  }

  /// As MLflow keeps metrics: what is the same in all but its arrival is kept once.
  private static String name(JsonNode m) {
    return m.path("key").asString() + "@" + m.path("step").asInt() + "@" + m.path("timestamp");
  }

  synchronized int metrics() {
    return metrics.size();
  }

  synchronized List<Double> values(String key) {
    return metrics.values().stream()
        .filter(m -> m.path("key").asString().equals(key))
        .sorted(java.util.Comparator.comparingInt(m -> m.path("step").asInt()))
        .map(m -> m.path("value").doubleValue())
        .toList();
  }

  synchronized Map<String, String> parameters() {
    return new TreeMap<>(parameters);
  }

  synchronized List<String> statuses() {
    return List.copyOf(statuses);
  }

  synchronized List<String> calls(String name) {
    return calls.stream().filter(name::equals).toList();
  }

  static String line(String stage, int step, double reward) {
    ObjectNode node = Json.MAPPER.createObjectNode().put("stage", stage).put("step", step);
    return Json.line(node.put("reward", reward).put("eval/pass@1", 0.5).put("step_time", 2)) + "\n";
  }

  @Override
  public void close() {
    awake.countDown();
    server.stop(0);
  }
}
