package dev.tesuji.tracking;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// The part of a run that a tracker has taken: the file `tracking.json` of the run directory.
///
/// Used by one thread.
final class TrackingState {
  static final String FILE = "tracking.json";

  final Map<String, String> artifacts; // how each file was when it arrived, by its name there
  private final Path file;

  URI server;
  String experiment;
  String run; // its id on the server; empty until it is made
  String root; // of its artefacts
  long start; // milliseconds since 1970
  long offset; // bytes of the metrics that have arrived
  String last; // the line that ends there
  double seconds; // of the steps that have arrived
  boolean parameters; // whether they have arrived
  String status; // that the server was told
  boolean registered;
  int refused; // requests that the server will never take

  private TrackingState(Path file, ObjectNode json, TrackingSettings.Place place) {
    this.file = file;
    server = URI.create(json.path("server").asString(place.server().toString()));
    experiment = json.path("experiment").asString(place.experiment());
    run = json.path("run_id").asString("");
    root = json.path("artifact_uri").asString("");
    start = json.path("start_time").asLong(changed(file.resolveSibling("recipe.yaml")));
    offset = json.path("metrics_offset").asLong(0);
    last = json.path("metrics_line").asString("");
    seconds = json.path("metrics_seconds").asDouble(0);
    parameters = json.path("parameters").asBoolean(false);
    status = json.path("status").asString("");
    registered = json.path("registered").asBoolean(false);
    refused = json.path("refused").asInt(0);
    artifacts = new TreeMap<>();
    json.path("artifacts")
        .properties()
        .forEach(e -> artifacts.put(e.getKey(), e.getValue().asString("")));
  }

  /// Reads the file; where there is none, or it is of another server or experiment, nothing has
  /// arrived yet.
  static TrackingState open(Path folder, TrackingSettings.Place place) {
    Path file = folder.resolve(FILE);
    ObjectNode json = read(file);
    boolean same =
        json.path("server").asString("").equals(place.server().toString())
            && json.path("experiment").asString("").equals(place.experiment());
    return new TrackingState(file, same ? json : Json.MAPPER.createObjectNode(), place);
  }

  /// Returns when a file was written, in milliseconds since 1970; now where there is none.
  static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return System.currentTimeMillis();
    }
  }

  /// Reads the file; one that cannot be read is as good as none, since no run stops for its
  /// tracker.
  private static ObjectNode read(Path file) {
    try {
      return Files.exists(file) ? Json.readObject(file) : Json.MAPPER.createObjectNode();
    } catch (BadInput e) {
      return Json.MAPPER.createObjectNode();
    }
  }

  /// Writes the file.
  void save() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("server", server.toString()).put("experiment", experiment);
    json.put("run_id", run).put("artifact_uri", root).put("start_time", start);
    json.put("metrics_offset", offset).put("metrics_line", last).put("metrics_seconds", seconds);
    json.put("parameters", parameters).put("status", status).put("registered", registered);
    json.put("refused", refused);
    ObjectNode arrived = json.putObject("artifacts");
    artifacts.forEach(arrived::put);
    SafeFiles.replace(file, Json.pretty(json));
  }
}
