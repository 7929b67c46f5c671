package dev.tesuji.labels;

import dev.tesuji.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;

/// Judgements that took an annotator far less or far more time than usual.
///
/// Times are compared as logarithms with the annotator's own median, in units of the median
/// deviation from it: beyond 3.5 ([Iglewicz and
/// Hoaglin](https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm)), from eight
/// judgements on.
final class TimeOutliers {
  private static final double LIMIT = 3.5;
  private static final double NORMAL = 0.6745; // median deviation of a normal distribution
  private static final double LEAST = 0.1; // a tenth more or less is never unusual
  private static final int FEWEST = 8;

  private TimeOutliers() {}

  static ArrayNode toJson(List<Judgement> all) {
    ArrayNode list = Json.MAPPER.createArrayNode();
    for (String name : all.stream().map(Judgement::annotator).distinct().sorted().toList()) {
      List<Judgement> own = timed(all.stream().filter(j -> j.annotator().equals(name)).toList());
      if (own.size() < FEWEST) {
        continue;
      }
      double middle = median(own.stream().mapToDouble(TimeOutliers::log).toArray());
      double deviation = median(own.stream().mapToDouble(j -> Math.abs(log(j) - middle)).toArray());
      for (Judgement j : own) {
        double score = NORMAL * (log(j) - middle) / Math.max(deviation, LEAST);
        if (Math.abs(score) > LIMIT) {
          list.addObject()
              .put("annotator", name)
              .put("item", j.item())
              .put("judgement", j.id())
              .put("milliseconds", j.milliseconds())
              .put("kind", score < 0 ? "fast" : "slow");
        }
      }
    }
    return list;
  }

  private static List<Judgement> timed(List<Judgement> of) {
    return of.stream()
        .filter(j -> j.outcome() == Judgement.Outcome.JUDGED && j.milliseconds() >= 0)
        .toList();
  }

  private static double log(Judgement j) {
    return Math.log((double) Math.max(1, j.milliseconds()));
  }

  /// Returns the median time of judgements.
  static OptionalDouble median(List<Judgement> of) {
    double[] times = timed(of).stream().mapToDouble(Judgement::milliseconds).toArray();
    return times.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(times));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
