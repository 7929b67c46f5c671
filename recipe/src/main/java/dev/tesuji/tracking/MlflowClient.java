package dev.tesuji.tracking;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The requests of MLflow's REST interface that tracking a run takes.
///
/// [MLflow REST API](https://mlflow.org/docs/latest/rest-api.html), version 2.0.
final class MlflowClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration UPLOAD = Duration.ofMinutes(10);
  private static final String API = "api/2.0/mlflow/";
  private static final String ARTIFACTS = "api/2.0/mlflow-artifacts/artifacts/";
  private static final String PROXIED = "mlflow-artifacts:";
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int NAME_TAKEN = 409;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI server;
  private final String authorization; // empty for none
  private final AtomicLong answered = new AtomicLong();

  /// @param server its address, with a slash at its end
  /// @param environment has `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `_PASSWORD`,
  ///   where the server wants them
  MlflowClient(URI server, Map<String, String> environment) {
    this.server = server;
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    authorization =
        !token.isEmpty()
            ? "Bearer " + token
            : user.isEmpty() ? "" : "Basic " + base64(user + ":" + password);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A run on the server.
  ///
  /// @param artifacts where the server keeps its artefacts
  record Place(String run, String artifacts) {}

  /// Returns how many requests were answered so far.
  long answered() {
    return answered.get();
  }

  /// Returns the id of an experiment, which is made where there is none of that name.
  String experiment(String name) throws TrackerFailure, InterruptedException {
    String query = "experiments/get-by-name?experiment_name=" + escaped(name);
    HttpResponse<String> found = send(request(API + query).GET(), ANSWER);
    if (found.statusCode() != NOT_FOUND) {
      return read(found).path("experiment").path("experiment_id").asString("");
    }
    ObjectNode body = Json.MAPPER.createObjectNode().put("name", name);
    return post("experiments/create", body).path("experiment_id").asString("");
  }

  /// Makes a run.
  ///
  /// @param start milliseconds since 1970
  Place createRun(String experiment, String name, long start)
      throws TrackerFailure, InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("experiment_id", experiment).put("run_name", name).put("start_time", start);
    ArrayNode tags = body.putArray("tags");
    tags.addObject().put("key", "mlflow.runName").put("value", name);
    tags.addObject().put("key", "mlflow.source.name").put("value", "tesuji");
    JsonNode info = post("runs/create", body).path("run").path("info");
    return new Place(info.path("run_id").asString(""), info.path("artifact_uri").asString(""));
  }

  /// Adds metrics or parameters to a run.
  ///
  /// @param what `metrics`: at most 1,000 objects of `key`, `value`, `timestamp`, `step`; or
  ///   `params`: at most 100 of `key` and `value`
  void log(String run, String what, ArrayNode objects) throws TrackerFailure, InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("run_id", run);
    body.set(what, objects);
    post("runs/log-batch", body);
  }

  /// Says what became of a run.
  ///
  /// @param status `RUNNING`, `FINISHED`, `FAILED` or `KILLED`
  /// @param end milliseconds since 1970; not said of one that is running
  void update(String run, String status, long end) throws TrackerFailure, InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode().put("run_id", run).put("status", status);
    if (!status.equals("RUNNING")) {
      body.put("end_time", end);
    }
    post("runs/update", body);
  }

  /// Sends a file to where a run's artefacts are.
  ///
  /// @param root what the server said of it
  /// @param path the file's name there, with slashes
  /// @throws TrackerFailure which is a refusal where the server does not take artefacts itself
  void upload(String root, String path, Path file) throws TrackerFailure, InterruptedException {
    if (!root.startsWith(PROXIED)) {
      throw TrackerFailure.refused(
          "artefacts are kept at "
              + BadInput.brief(root)
              + ", which only Python's client writes to; start the server with --serve-artifacts");
    }
    String folder = root.substring(PROXIED.length()).replaceFirst("^//[^/]*", "");
    StringBuilder target = new StringBuilder(ARTIFACTS);
    for (String part : (folder + "/" + path).split("/", -1)) {
      target.append(part.isEmpty() ? "" : "/" + escaped(part));
    }
    try {
      HttpRequest.Builder put =
          request(target.toString().replaceFirst("artifacts//", "artifacts/"))
              .header("content-type", "application/octet-stream")
              .PUT(HttpRequest.BodyPublishers.ofFile(file));
      read(send(put, UPLOAD));
    } catch (java.io.FileNotFoundException e) {
      throw TrackerFailure.refused(file + " is gone");
    }
  }

  /// Makes a version of a registered model, which is made where there is none of that name.
  ///
  /// @param source where the version's files are
  void register(String name, String source, String run)
      throws TrackerFailure, InterruptedException {
    ObjectNode model = Json.MAPPER.createObjectNode().put("name", name);
    HttpResponse<String> made = send(posting("registered-models/create", model), ANSWER);
    boolean exists =
        made.statusCode() == NAME_TAKEN || made.body().contains("RESOURCE_ALREADY_EXISTS");
    if (!exists) {
      read(made);
    }
    ObjectNode version = Json.MAPPER.createObjectNode().put("name", name);
    post("model-versions/create", version.put("source", source).put("run_id", run));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
    return authorization.isEmpty() ? request : request.header("authorization", authorization);
  }

  private HttpRequest.Builder posting(String name, ObjectNode body) {
    return request(API + name)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(Json.line(body)));
  }

  private JsonNode post(String name, ObjectNode body) throws TrackerFailure, InterruptedException {
    return read(send(posting(name, body), ANSWER));
  }

  private HttpResponse<String> send(HttpRequest.Builder request, Duration patience)
      throws TrackerFailure, InterruptedException {
    try {
      HttpResponse<String> answer =
          client.send(request.timeout(patience).build(), HttpResponse.BodyHandlers.ofString());
      answered.incrementAndGet();
      return answer;
    } catch (IOException e) {
      throw TrackerFailure.later(server + " gives no answer: " + e, e);
    }
  }

  private JsonNode read(HttpResponse<String> answer) throws TrackerFailure {
    int status = answer.statusCode();
    if (status >= BAD_REQUEST) {
      String why =
          server + " answers " + status + " to " + answer.uri().getPath() + ": " + why(answer);
      throw status == BAD_REQUEST || status == TOO_LARGE
          ? TrackerFailure.refused(why)
          : TrackerFailure.later(why, null);
    }
    try {
      return Json.MAPPER.readTree(answer.body().isBlank() ? "{}" : answer.body());
    } catch (JacksonException e) {
      throw TrackerFailure.later(server + " answers what is no JSON; it may not be MLflow", e);
    }
  }

  private static String why(HttpResponse<String> answer) {
    String body = answer.body();
    try {
      return BadInput.brief(Json.MAPPER.readTree(body).path("message").asString(body));
    } catch (JacksonException e) {
      return BadInput.brief(body);
    }
  }

  @Override
  public void close() {
    client.shutdownNow(); // not close(), which waits for answers
  }
}
