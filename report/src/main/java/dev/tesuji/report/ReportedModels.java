package dev.tesuji.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The models of a run, as its `report.json` tells: what evaluations found of them, and which
/// started from which.
///
/// @param evaluations by the name of the model, the base first; those without are not in it
/// @param sources of each stage, the name of what it started from
record ReportedModels(Map<String, JsonNode> evaluations, Map<String, String> sources) {
  /// The model that a run begins with.
  static final String BASE = "base";

  /// Copies the maps, in their order.
  ReportedModels {
    evaluations = new LinkedHashMap<>(evaluations);
    sources = new LinkedHashMap<>(sources);
  }

  /// Finds the models of a run.
  ///
  /// @param report `before`, `after`, `after_stage`, and `stages`: `name`, `from`, and where it was
  ///   evaluated `evaluation`; `start` where it began with another `model` than the run's
  static ReportedModels of(JsonNode report) {
    Map<String, JsonNode> evaluations = new LinkedHashMap<>();
    Map<String, String> sources = new LinkedHashMap<>();
    add(evaluations, BASE, report.path("before"));
    String last = report.path("after_stage").asString("");
    for (JsonNode stage : report.path("stages")) {
      String name = stage.path("name").asString("");
      JsonNode start = stage.path("start");
      add(evaluations, start.path("model").asString(""), start);
      add(evaluations, name, name.equals(last) ? report.path("after") : stage.path("evaluation"));
      if (stage.path("from").isString()) {
        sources.put(name, stage.path("from").asString(""));
      }
    }
    return new ReportedModels(evaluations, sources);
  }

  private static void add(Map<String, JsonNode> evaluations, String name, JsonNode evaluation) {
    if (evaluation.path("problems").asInt() > 0) {
      evaluations.put(name, evaluation);
    }
  }

  /// Returns the nearest model with an evaluation that a stage started from, through stages without
  /// one.
  Optional<String> source(String stage) {
    return source(stage, evaluations::containsKey);
  }

  private Optional<String> source(String stage, Predicate<String> known) {
    String from = sources.get(stage);
    if (from == null || known.test(from)) {
      return Optional.ofNullable(from);
    }
    return source(from, known);
  }
}
