package dev.tesuji.agreement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Krippendorff's alpha from the coincidences of values within units.
///
/// @param alpha 1 for agreement without exception, 0 for what chance would do; none where no unit
///   has two ratings, or all that can be paired are equal
/// @param units units with at least two ratings
/// @param pairable ratings in them
public record Alpha(OptionalDouble alpha, int units, int pairable) {
  /// Measures agreement.
  ///
  /// @param ratings at most one by an annotator to a unit
  public static Alpha of(List<Rating> ratings, Scale scale) {
    Map<String, List<Rating>> units = new LinkedHashMap<>();
    for (Rating r : ratings) {
      units.computeIfAbsent(r.unit(), _ -> new ArrayList<>()).add(r);
    }
    List<List<Rating>> paired = units.values().stream().filter(u -> u.size() > 1).toList();
    List<String> names = names(paired, scale);
    double[][] coincidences = coincidences(paired, names);
    double[] counts = new double[names.size()];
    double all = 0;
    for (int c = 0; c < counts.length; c++) {
      for (double o : coincidences[c]) {
        counts[c] += o;
      }
      all += counts[c];
    }
    double[] values =
        names.stream().mapToDouble(n -> scale == Scale.NOMINAL ? 0 : number(n)).toArray();
    double observed = 0;
    double expected = 0;
    for (int c = 0; c < counts.length; c++) {
      for (int k = 0; k < c; k++) {
        double distance = distance(scale, counts, values, k, c);
        observed += coincidences[c][k] * distance;
        expected += counts[c] * counts[k] * distance;
      }
    }
    int pairable = paired.stream().mapToInt(List::size).sum();
    OptionalDouble alpha =
        expected == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(1 - (all - 1) * observed / expected);
    return new Alpha(alpha, paired.size(), pairable);
  }

  /// Says why there is no alpha; empty where there is one.
  public String reason() {
    if (alpha.isPresent()) {
      return "";
    }
    return units == 0
        ? "no unit has ratings by two annotators; let them rate the same units"
        : "all paired values are equal, so that agreement cannot be told from a lack of variation";
  }

  private static double number(String name) {
    return Double.parseDouble(name);
  }

  /// Returns the values in the order of the scale.
  private static List<String> names(List<List<Rating>> units, Scale scale) {
    Comparator<String> order =
        scale == Scale.NOMINAL
            ? Comparator.naturalOrder()
            : Comparator.comparingDouble(Alpha::number);
    return units.stream().flatMap(List::stream).map(Rating::name).distinct().sorted(order).toList();
  }

  /// Counts, for each two values, the pairs of ratings of one unit that have them, each pair
  /// weighed by 1 / (ratings of the unit - 1).
  private static double[][] coincidences(List<List<Rating>> units, List<String> names) {
    Map<String, Integer> places = new TreeMap<>();
    names.forEach(n -> places.put(n, places.size()));
    double[][] coincidences = new double[names.size()][names.size()];
    for (List<Rating> unit : units) {
      int[] at = unit.stream().mapToInt(r -> places.getOrDefault(r.name(), 0)).toArray();
      for (int i = 0; i < at.length; i++) {
        for (int j = 0; j < at.length; j++) {
          if (i != j) {
            coincidences[at[i]][at[j]] += 1.0 / (at.length - 1);
          }
        }
      }
    }
    return coincidences;
  }

  /// Returns δ² of the values at places k < c.
  private static double distance(Scale scale, double[] counts, double[] values, int k, int c) {
    double by =
        switch (scale) {
          case NOMINAL -> 1;
          case ORDINAL -> {
            double between = -(counts[k] + counts[c]) / 2;
            for (int g = k; g <= c; g++) {
              between += counts[g];
            }
            yield between;
          }
          case INTERVAL -> values[c] - values[k];
        };
    return by * by;
  }
}
