package dev.tesuji.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Named numbers of one step, in the order in which they were set.
///
/// Names follow TRL's, and verl's for `timing_s/` and `perf/`.
public final class Metrics {
  private final Map<String, Double> values = new LinkedHashMap<>();

  /// Sets a number; NaN and infinities are left out, since nothing was measured.
  public Metrics put(String name, double value) {
    if (Double.isFinite(value)) {
      values.put(name, value);
    }
    return this;
  }

  /// Sets all numbers of another.
  public Metrics putAll(Metrics other) {
    values.putAll(other.values);
    return this;
  }

  /// Sets the mean, the least and the most of some numbers, if there are any.
  public Metrics putSpread(String prefix, String suffix, double... numbers) {
    var statistics = java.util.Arrays.stream(numbers).summaryStatistics();
    if (numbers.length > 0) {
      put(prefix + "mean" + suffix, statistics.getAverage());
      put(prefix + "min" + suffix, statistics.getMin());
      put(prefix + "max" + suffix, statistics.getMax());
    }
    return this;
  }

  /// Returns a number, or NaN where it was not set.
  public double get(String name) {
    return values.getOrDefault(name, Double.NaN);
  }

  /// Returns all numbers.
  public Map<String, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
