package dev.tesuji.runner;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.policy.MatmulPrecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The progress of a run, as `state.json` keeps it.
final class State {
  private static final String PRODUCTS = "products";

  private final ObjectNode json;

  private State(ObjectNode json) {
    this.json = json;
  }

  /// Begins a run.
  static State fresh() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putArray("stages");
    return new State(json);
  }

  /// Reads the state of a run; one that was stopped before anything was finished has none.
  static State read(Path file) {
    return Files.exists(file) ? new State(Json.readObject(file)) : fresh();
  }

  /// Returns the evaluation before the first stage, once it is made.
  Optional<JsonNode> before() {
    return Optional.ofNullable(json.get("before"));
  }

  /// Notes the evaluation before the first stage.
  JsonNode setBefore(ObjectNode evaluation, Path file) {
    json.set("before", evaluation);
    write(file);
    return evaluation;
  }

  /// Returns the type of matrix products of the whole run. Where the recipe leaves it open, it is
  /// measured when the run begins and kept: a resumed run, which may find its machine busy or be on
  /// another, must go on in the same arithmetic.
  MatmulPrecision products(MatmulPrecision wanted) {
    if (wanted != MatmulPrecision.AUTO) {
      return wanted;
    }
    if (!json.has(PRODUCTS)) {
      json.put(PRODUCTS, wanted.settled().name());
    }
    return MatmulPrecision.valueOf(json.path(PRODUCTS).asString(""));
  }

  /// Returns how many stages are finished.
  int done() {
    return json.path("stages").size();
  }

  /// Returns the stages that are finished.
  List<JsonNode> stages() {
    List<JsonNode> all = new ArrayList<>();
    json.path("stages").forEach(all::add);
    return all;
  }

  /// Notes a stage that is finished.
  void addStage(ObjectNode stage, Path file) {
    ((ArrayNode) json.path("stages")).add(stage);
    write(file);
  }

  private void write(Path file) {
    SafeFiles.replace(file, Json.pretty(json));
  }
}
