package dev.tesuji.overoptimisation;

import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import dev.tesuji.train.Guardian;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How far one proxy was optimised and what came of it, as a run directory tells: by best-of-n, and
/// by reinforcement learning.
///
/// Both rewards are counted in standard deviations of the starting policy's responses, from their
/// mean.
///
/// @param name the run's, and the stage's where there are several
/// @param proxy what the proxy was made of
/// @param bestOf worth of the best of n responses, by n
/// @param steps worth of the policy's responses, by the steps of reinforcement learning; that of
///   the start, step 0, is 0 by definition
/// @param fall where the guardian saw gold fall
/// @param halted whether the guardian ended the run there
record GoldTrack(
    String name,
    Proxy proxy,
    List<Point> bestOf,
    List<Point> steps,
    Optional<Fall> fall,
    boolean halted) {
  /// A measurement at one distance from the start.
  ///
  /// @param at n, or the step
  /// @param distance d, the square root of the KL divergence from the start
  record Point(int at, double distance, double gold, double proxy) {}

  /// A reward model: how many comparisons it learned from, and the share of held-out comparisons
  /// that it agrees with; nothing where it was not made by the run.
  record Proxy(Optional<Integer> comparisons, Optional<Double> accuracy) {}

  /// A fall of the gold reward.
  ///
  /// @param step where the guardian saw it
  /// @param best the step of the best measurement before it
  record Fall(int step, int best) {}

  /// A reward's scale at the start.
  private record Scale(double mean, double deviation) {
    static Scale of(JsonNode start, String reward) {
      double deviation = start.path(reward + "_std").asDouble(0);
      return new Scale(start.path(reward + "_mean").asDouble(), deviation > 0 ? deviation : 1);
    }

    double of(JsonNode measured) {
      return (measured.asDouble() - mean) / deviation;
    }
  }

  /// Reads what a run has left so far: a track for each stage that measured best-of-n.
  static List<GoldTrack> read(String name, Path folder) {
    Path all = folder.resolve("best_of_n");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(all)) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      return found.stream()
          .map(f -> {
            String stage = f.getFileName().toString().replace(".json", "");
            return read(found.size() == 1 ? name : name + "/" + stage, folder, stage, f);
          })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldTrack read(String name, Path folder, String stage, Path file) {
    JsonNode start = Json.readObject(file);
    Scale gold = Scale.of(start, "gold");
    Scale proxy = Scale.of(start, "reward");
    List<Point> bestOf = new ArrayList<>();
    for (JsonNode best : start.path("best_of")) {
      bestOf.add(point(best.path("n").asInt(), best, gold, proxy));
    }
    List<Point> steps = new ArrayList<>(List.of(new Point(0, 0, 0, 0)));
    Optional<Fall> fall = Optional.empty();
    for (JsonLines.Row row : lines(folder.resolve("metrics.jsonl"))) {
      ObjectNode line = row.fields();
      if (!line.path("stage").asString("").equals(stage) || !line.path("eval/gold").isNumber()) {
        continue;
      }
      ObjectNode measured = Json.MAPPER.createObjectNode();
      measured.set("gold", line.path("eval/gold"));
      measured.set("reward", line.path("eval/reward"));
      measured.set("kl", line.path("eval/kl"));
      int step = line.path("step").asInt();
      steps.add(point(step, measured, gold, proxy));
      if (fall.isEmpty() && line.has(Guardian.FELL)) {
        fall = Optional.of(new Fall(step, line.path(Guardian.BEST_STEP).asInt()));
      }
    }
    boolean halted = fall.isPresent() && !Files.exists(folder.resolve("report.json"));
    return new GoldTrack(name, proxy(folder), bestOf, steps, fall, halted);
  }

  private static Point point(int at, JsonNode measured, Scale gold, Scale proxy) {
    double distance = Math.sqrt(Math.max(0, measured.path("kl").asDouble()));
    return new Point(
        at, distance, gold.of(measured.path("gold")), proxy.of(measured.path("reward")));
  }

  private static List<JsonLines.Row> lines(Path file) {
    return Files.exists(file) ? JsonLines.readAll(file) : List.of();
  }

  private static Proxy proxy(Path folder) {
    Path file = folder.resolve("state.json");
    JsonNode last = Json.MAPPER.createObjectNode();
    if (Files.exists(file)) {
      for (JsonNode stage : Json.readObject(file).path("stages")) {
        last = stage.has("held_out") ? stage : last;
      }
    }
    JsonNode comparisons = last.path("train_opinions");
    JsonNode accuracy = last.path("held_out").path("eval_accuracy");
    return new Proxy(
        comparisons.isNumber() ? Optional.of(comparisons.asInt()) : Optional.empty(),
        accuracy.isNumber() ? Optional.of(accuracy.asDouble()) : Optional.empty());
  }

  /// Returns the points of a way of optimising.
  List<Point> points(ScalingCurve.Way way) {
    return switch (way) {
      case BEST_OF_N -> bestOf;
      case REINFORCEMENT -> steps;
    };
  }

  /// Returns the measurement with the most gold.
  Optional<Point> peak(ScalingCurve.Way way) {
    return points(way).stream().max(Comparator.comparingDouble(Point::gold));
  }

  /// Fits a curve to the gold reward.
  Optional<ScalingCurve> curve(ScalingCurve.Way way) {
    List<Point> points = points(way);
    return ScalingCurve.fit(
        way,
        points.stream().mapToDouble(Point::distance).toArray(),
        points.stream().mapToDouble(Point::gold).toArray());
  }
}
