package dev.tesuji.rl.algorithm;

import dev.tesuji.train.Metrics;
import java.util.LinkedHashMap;
import java.util.Map;

/// Weighted means and maxima over the micro-batches of a step, by name.
public final class MetricAccumulator {
  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private final Map<String, Double> most = new LinkedHashMap<>();

  /// Adds to a mean.
  ///
  /// @param sum of the numbers added
  /// @param count how many they are, or what they weigh
  public void add(String name, double sum, double count) {
    double[] entry = sums.computeIfAbsent(name, _ -> new double[2]);
    entry[0] += sum;
    entry[1] += count;
  }

  /// Adds to a maximum.
  public void max(String name, double value) {
    most.merge(name, value, Math::max);
  }

  /// Returns a mean; NaN where nothing was added.
  public double get(String name) {
    double[] entry = sums.get(name);
    return entry == null ? Double.NaN : entry[0] / entry[1];
  }

  /// Sets all of them.
  public void put(Metrics metrics) {
    sums.keySet().forEach(name -> metrics.put(name, get(name)));
    most.forEach(metrics::put);
  }
}
