package dev.tesuji.report.compare;

import dev.tesuji.json.Json;
import dev.tesuji.report.compare.SeedResult.Cost;
import dev.tesuji.report.compare.SeedResult.Point;
import dev.tesuji.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// How a variant did over its seeds.
///
/// @param name the variant
/// @param changes what it changes, as it was written
/// @param planned how many runs it is to have
/// @param tracks its runs that have ended, well or not
public record VariantResult(String name, String changes, int planned, List<SeedResult> tracks) {
  /// A point of the mean curve.
  ///
  /// @param cost what it took in the mean
  /// @param accuracy over the seeds: the mean, the worst and the best
  record Banded(Cost cost, Interval accuracy) {}

  /// Returns the runs that came to their end.
  List<SeedResult> finished() {
    return tracks.stream().filter(t -> t.accuracy().isPresent()).toList();
  }

  /// Returns the accuracy at the end, in the mean over the seeds that came there.
  Optional<Interval> accuracy() {
    double[] all = finished().stream().mapToDouble(t -> t.accuracy().orElseThrow()).toArray();
    return all.length == 0 ? Optional.empty() : Optional.of(Interval.overRuns(all));
  }

  /// Returns how many of its runs collapsed, those among them that were halted and so have no part
  /// in the mean.
  long collapsed() {
    return tracks.stream().filter(t -> t.collapse().isPresent()).count();
  }

  /// Returns the run with the least accuracy at the end.
  Optional<SeedResult> worst() {
    return finished().stream().min(Comparator.comparing(t -> t.accuracy().orElseThrow()));
  }

  /// Returns what a run took in the mean.
  Cost cost() {
    return mean(finished().stream().map(SeedResult::cost).toList());
  }

  /// Returns the mean curve, as far as every run got; points are those of the same measurement.
  List<Banded> curve() {
    int length = tracks.stream().mapToInt(t -> t.points().size()).min().orElse(0);
    List<Banded> curve = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int at = i;
      List<Point> points = tracks.stream().map(t -> t.points().get(at)).toList();
      var accuracies = points.stream().mapToDouble(Point::accuracy).summaryStatistics();
      curve.add(
          new Banded(
              mean(points.stream().map(Point::cost).toList()),
              new Interval(accuracies.getAverage(), accuracies.getMin(), accuracies.getMax())));
    }
    return curve;
  }

  private static Cost mean(List<Cost> costs) {
    Cost sum = costs.stream().reduce(new Cost(0, 0, 0), Cost::plus);
    double n = Math.max(1, costs.size());
    return new Cost(sum.completions() / n, sum.tokens() / n, sum.seconds() / n);
  }

  ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("name", name).put("changes", changes).put("planned", planned);
    json.put("finished", finished().size()).put("collapsed", collapsed());
    accuracy()
        .ifPresent(a -> {
          json.put("accuracy", a.mean());
          json.putArray("accuracy_ci95").add(a.low()).add(a.high());
        });
    worst()
        .ifPresent(t -> {
          json.put("worst_accuracy", t.accuracy().orElseThrow()).put("worst_seed", t.seed());
        });
    SeedResult.put(json, cost());
    json.putArray("runs").addAll(tracks.stream().map(SeedResult::toJson).toList());
    json.putArray("curve").addAll(curve().stream().map(VariantResult::toJson).toList());
    return json;
  }

  private static ObjectNode toJson(Banded point) {
    return SeedResult.put(Json.MAPPER.createObjectNode(), point.cost())
        .put("accuracy", point.accuracy().mean())
        .put("low", point.accuracy().low())
        .put("high", point.accuracy().high());
  }
}
