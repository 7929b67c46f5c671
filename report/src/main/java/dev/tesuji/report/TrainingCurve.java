package dev.tesuji.report;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Accuracy against what a stage had spent on training, as its metrics tell.
///
/// @param stage the stage
/// @param heldOut whether the problems were held out (`eval/accuracy`); otherwise they are those
///   that were trained on, answered before they were
/// @param points in the order of training
public record TrainingCurve(String stage, boolean heldOut, List<Point> points) {
  /// A measurement.
  ///
  /// @param step after which step, from 1
  /// @param tokens of prompts and completions, that the stage had spent
  /// @param accuracy the share of right answers
  public record Point(int step, double tokens, double accuracy) {}

  /// Copies the list.
  public TrainingCurve {
    points = List.copyOf(points);
  }

  /// Reads the curves of the stages that draw completions and train on them, in their order.
  ///
  /// @param metrics a run's `metrics.jsonl`
  public static List<TrainingCurve> read(Path metrics) {
    Map<String, List<ObjectNode>> stages = new LinkedHashMap<>();
    if (Files.exists(metrics)) {
      JsonLines.forEach(
          metrics,
          row -> {
            if (row.fields().has("generated") && row.fields().has("trained")) {
              String stage = row.fields().path("stage").asString("");
              stages.computeIfAbsent(stage, _ -> new ArrayList<>()).add(row.fields());
            }
          });
    }
    return stages.entrySet().stream().map(e -> of(e.getKey(), e.getValue())).toList();
  }

  private static TrainingCurve of(String stage, List<ObjectNode> lines) {
    boolean heldOut = lines.stream().anyMatch(l -> l.path("eval/accuracy").isNumber());
    String name = heldOut ? "eval/accuracy" : "accuracy";
    List<Point> points =
        lines.stream()
            .filter(l -> l.path(name).isNumber())
            .map(l ->
                new Point(
                    l.path("step").asInt(),
                    l.path("num_tokens").asDouble(),
                    l.path(name).asDouble()))
            .toList();
    return new TrainingCurve(stage, heldOut, points);
  }

  /// Returns the curve as pages have it.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("stage", stage).put("held_out", heldOut);
    ArrayNode list = json.putArray("points");
    for (Point p : points) {
      list.addObject()
          .put("step", p.step())
          .put("tokens", p.tokens())
          .put("accuracy", p.accuracy());
    }
    return json;
  }
}
