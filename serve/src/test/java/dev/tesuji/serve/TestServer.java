package dev.tesuji.serve;

import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpSettings;
import dev.tesuji.serve.model.ServedModel;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A server of the [ScriptedModel], and a client that speaks with it.
final class TestServer implements AutoCloseable {
  static final int ROWS = 8;
  static final int WAITING = 16;
  static final int BODY = 1 << 20;
  private static final Path MODEL = model();

  final List<String> log = Collections.synchronizedList(new ArrayList<>());
  final Server server;
  final HttpClient client = HttpClient.newHttpClient();
  final ServedModel served;

  TestServer(String... keys) {
    this(Duration.ofSeconds(20), keys);
  }

  TestServer(Duration patience, String... keys) {
    this(patience, List.of(scripted()), keys);
  }

  /// Serves some models.
  TestServer(Duration patience, List<ServedModel> models, String... keys) {
    HttpSettings http = new HttpSettings("127.0.0.1", 0, BODY, 16 << 10, patience);
    ServerSettings settings =
        new ServerSettings(http, List.of(keys), Duration.ofMillis(500), "", log::add);
    served = models.getFirst();
    server = new Server(settings, () -> models);
  }

  private static ServedModel scripted() {
    LoadedModel loaded = LoadedModel.load(MODEL, Dtype.FLOAT32, Device.CPU);
    return new ServedModel("scripted", loaded, ROWS, WAITING, 8192);
  }

  static Path model() {
    try {
      Path directory = Files.createTempDirectory("scripted");
      directory.toFile().deleteOnExit();
      return ScriptedModel.write(directory.resolve("model"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An answer as it came.
  record Got(int status, String body, HttpResponse<String> response) {
    JsonNode json() {
      return Json.MAPPER.readTree(body);
    }

    /// Returns the events of a stream, the last of which must be `[DONE]`, which is left out.
    List<JsonNode> events() {
      List<JsonNode> events = new ArrayList<>();
      List<String> lines = body.lines().filter(l -> !l.isEmpty()).toList();
      if (!lines.getLast().equals("data: [DONE]")) {
        throw new AssertionError("a stream must end with [DONE], got " + lines.getLast());
      }
      for (String line : lines.subList(0, lines.size() - 1)) {
        events.add(Json.MAPPER.readTree(line.substring("data: ".length())));
      }
      return events;
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
  }

  Got get(String path) {
    return send(request(path).GET().build());
  }

  Got post(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  Got send(HttpRequest request) {
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Got(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Asks for a chat completion.
  ///
  /// @param start the word that the answer's script begins after
  /// @param fields more fields, such as `"n": 2`
  Got chat(String start, String fields) {
    return post("/v1/chat/completions", chatBody(start, fields));
  }

  static String chatBody(String start, String fields) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", "Say it.");
    if (!start.isEmpty()) {
      body.putObject("chat_template_kwargs").put("start", start);
    }
    Json.MAPPER
        .readTree("{" + fields + "}")
        .properties()
        .forEach(e -> body.set(e.getKey(), e.getValue()));
    return Json.line(body);
  }

  /// Waits until nothing is generated and nothing waits.
  void awaitIdle() throws InterruptedException {
    for (int i = 0; i < 2_000 && served.engine().hasWork(); i++) {
      Thread.sleep(1);
    }
    if (served.engine().hasWork()) {
      throw new AssertionError("rows must be free, got " + served.engine().running());
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
