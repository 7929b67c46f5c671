package dev.tesuji.report.compare;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The result of one run, as its directory tells.
///
/// @param seed its seed
/// @param folder its run directory
/// @param points its accuracies on held-out problems, in the order of training
/// @param cost what it took
/// @param accuracy of the evaluation at its end; nothing of a run that has not ended well
/// @param trouble why it halted, in one sentence; empty where it did not
public record SeedResult(
    long seed,
    Path folder,
    List<Point> points,
    Cost cost,
    Optional<Double> accuracy,
    String trouble) {
  private static final double COLLAPSED = 0.5; // of the best accuracy

  /// An accuracy and what it had taken to get there.
  public record Point(Cost cost, double accuracy) {}

  /// The cost of training.
  ///
  /// @param completions drawn, those that a filter left out included
  /// @param tokens of prompts and completions
  /// @param seconds of training steps
  public record Cost(double completions, double tokens, double seconds) {
    Cost plus(Cost other) {
      return new Cost(
          completions + other.completions, tokens + other.tokens, seconds + other.seconds);
    }
  }

  /// Reads what a run has left so far.
  public static SeedResult read(long seed, Path folder, String trouble) {
    List<Point> points = new ArrayList<>();
    evaluation(folder.resolve("state.json"), "before")
        .ifPresent(a -> points.add(new Point(new Cost(0, 0, 0), a)));
    Cost cost = readSteps(folder.resolve("metrics.jsonl"), points);
    Optional<Double> after = evaluation(folder.resolve("report.json"), "after");
    after.ifPresent(a -> {
      if (points.size() > 1 && points.getLast().cost().equals(cost)) {
        points.removeLast(); // measured on fewer samples
      }
      points.add(new Point(cost, a));
    });
    return new SeedResult(seed, folder, List.copyOf(points), cost, after, trouble);
  }

  private static Optional<Double> evaluation(Path file, String when) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode accuracy = Json.readObject(file).path(when).path("accuracy");
    return accuracy.isNumber() ? Optional.of(accuracy.doubleValue()) : Optional.empty();
  }

  /// Adds the points that were measured along the way.
  ///
  /// @return what all steps took
  private static Cost readSteps(Path metrics, List<Point> points) {
    if (!Files.exists(metrics)) {
      return new Cost(0, 0, 0);
    }
    Cost before = new Cost(0, 0, 0); // of the stages before
    Cost now = before;
    String stage = "";
    for (JsonLines.Row row : JsonLines.readAll(metrics)) {
      ObjectNode line = row.fields();
      if (!line.path("stage").asString("").equals(stage)) {
        stage = line.path("stage").asString("");
        before = now;
      }
      now =
          new Cost(
              now.completions() + line.path("generated").asDouble(),
              before.tokens() + line.path("num_tokens").asDouble(),
              now.seconds() + line.path("step_time").asDouble());
      if (line.path("eval/accuracy").isNumber()) {
        points.add(new Point(now, line.path("eval/accuracy").doubleValue()));
      }
    }
    return now;
  }

  /// Returns how the run collapsed, in a few words: it was halted, or it ended below half of the
  /// best accuracy that was measured along the way; nothing where it did not.
  Optional<String> collapse() {
    if (!trouble.isEmpty()) {
      return Optional.of(trouble);
    }
    double best = points.stream().mapToDouble(Point::accuracy).max().orElse(0);
    return accuracy
        .filter(a -> a < COLLAPSED * best)
        .map(a ->
            String.format(
                Locale.ROOT, "collapsed: ended at accuracy %.3f, after %.3f at best", a, best));
  }

  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("seed", seed).put("directory", folder.toString());
    json.put("accuracy", accuracy.orElse(null));
    if (!trouble.isEmpty()) {
      json.put("halted", trouble);
    }
    collapse().ifPresent(how -> json.put("collapsed", how));
    put(json, cost);
    for (Point p : points) {
      json.withArray("points")
          .add(put(Json.MAPPER.createObjectNode(), p.cost()).put("accuracy", p.accuracy()));
    }
    return json;
  }

  static ObjectNode put(ObjectNode json, Cost cost) {
    return json.put("completions", cost.completions())
        .put("tokens", cost.tokens())
        .put("seconds", cost.seconds());
  }
}
