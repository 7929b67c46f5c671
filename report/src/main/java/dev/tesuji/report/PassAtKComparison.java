package dev.tesuji.report;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Pass@k and maj@k before and after reinforcement learning.
///
/// [DeepSeekMath](https://arxiv.org/abs/2402.03300) (5.2.2, "Why RL works?") finds that it raises
/// maj@k, the share of problems that the majority of k samples gets right, and hardly pass@k, the
/// share of which one of k samples is: right answers that were there become more probable.
///
/// @param stage made the model
/// @param from what it started from
/// @param reasoning whether the problems are those of the evaluation that ask for reasoning, rather
///   than all
/// @param points by k, ascending
public record PassAtKComparison(String stage, String from, boolean reasoning, List<Point> points) {
  /// Shares of problems with k samples.
  ///
  /// @param before of what the stage started from
  /// @param after of what it made
  public record Point(int k, Solved before, Solved after) {}

  /// Shares of problems.
  ///
  /// @param pass those of which one of k samples is right
  /// @param maj those of which the majority is
  public record Solved(double pass, double maj) {
    ObjectNode toJson() {
      return Json.MAPPER.createObjectNode().put("pass", pass).put("maj", maj);
    }
  }

  /// Copies the list.
  public PassAtKComparison {
    points = List.copyOf(points);
  }

  /// Finds what every stage of reinforcement learning did; in a run without one, what the run did
  /// as a whole.
  ///
  /// @param report what `report.json` holds ([ReportedModels#of])
  static List<PassAtKComparison> all(JsonNode report) {
    ReportedModels models = ReportedModels.of(report);
    List<PassAtKComparison> all = new ArrayList<>();
    for (JsonNode stage : report.path("stages")) {
      String name = stage.path("name").asString("");
      if (stage.path("kind").asString("").equals("rl")) {
        models.source(name).flatMap(from -> between(models, from, name)).ifPresent(all::add);
      }
    }
    if (all.isEmpty()) {
      between(models, ReportedModels.BASE, report.path("after_stage").asString(""))
          .ifPresent(all::add);
    }
    return all;
  }

  /// Sets two models beside each other; nothing where either was not evaluated with two samples.
  private static Optional<PassAtKComparison> between(
      ReportedModels models, String from, String stage) {
    JsonNode before = models.evaluations().get(from);
    JsonNode after = models.evaluations().get(stage);
    if (before == null || after == null) {
      return Optional.empty();
    }
    boolean reasoning = Stream.of(before, after).allMatch(e -> solved(e, 2, true).isPresent());
    List<Point> points = new ArrayList<>();
    for (int k = 1; k <= before.path("samples").asInt(); k *= 2) {
      Optional<Solved> old = solved(before, k, reasoning);
      Optional<Solved> now = solved(after, k, reasoning);
      if (old.isPresent() && now.isPresent()) {
        points.add(new Point(k, old.get(), now.get()));
      }
    }
    return points.size() < 2
        ? Optional.empty()
        : Optional.of(new PassAtKComparison(stage, from, reasoning, points));
  }

  private static Optional<Solved> solved(JsonNode evaluation, int k, boolean reasoning) {
    JsonNode of = reasoning ? measures(evaluation, k) : evaluation;
    JsonNode pass = of.path(reasoning ? "eval/pass_at_" + k + "/reasoning" : "pass_at_" + k);
    JsonNode maj = of.path(reasoning ? "eval/cons_at_" + k + "/reasoning" : "maj_at_" + k);
    return pass.isNumber() && maj.isNumber()
        ? Optional.of(new Solved(pass.doubleValue(), maj.doubleValue()))
        : Optional.empty();
  }

  /// Returns what the task measured of an evaluation, where that tells reasoning from the rest.
  private static JsonNode measures(JsonNode evaluation, int k) {
    for (JsonNode measured : evaluation) {
      if (measured.has("eval/pass_at_" + k + "/reasoning")) {
        return measured;
      }
    }
    return MissingNode.getInstance();
  }

  /// Returns the list as `report.json` has it.
  public static ArrayNode toJson(List<PassAtKComparison> all) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (PassAtKComparison s : all) {
      ObjectNode json = list.addObject().put("stage", s.stage()).put("from", s.from());
      ArrayNode points = json.put("reasoning", s.reasoning()).putArray("points");
      for (Point p : s.points()) {
        ObjectNode point = points.addObject().put("k", p.k());
        point.set("before", p.before().toJson());
        point.set("after", p.after().toJson());
      }
    }
    return list;
  }
}
