package dev.tesuji.alphago.learn;

import dev.tesuji.train.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;

/// Means of what was measured several times in a step.
public final class MeanMetrics {
  private final Map<String, double[]> sums = new LinkedHashMap<>();

  /// Adds a measurement.
  public void add(String name, double value) {
    add(name, value, 1);
  }

  /// Adds a measurement that counts for several.
  public void add(String name, double value, double weight) {
    double[] sum = sums.computeIfAbsent(name, _ -> new double[2]);
    sum[0] += value * weight;
    sum[1] += weight;
  }

  /// Returns a mean; NaN where nothing was measured.
  public double get(String name) {
    double[] sum = sums.get(name);
    return sum == null ? Double.NaN : sum[0] / sum[1];
  }

  /// Puts all means, under names with a prefix.
  public void putInto(Metrics metrics, String prefix) {
    sums.forEach((name, sum) -> metrics.put(prefix + name, sum[0] / sum[1]));
  }
}
