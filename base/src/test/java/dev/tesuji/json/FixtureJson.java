package dev.tesuji.json;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads the numbers of fixture files, where `"NaN"` and `"-Infinity"` are text.
public final class FixtureJson {
  private FixtureJson() {}

  /// Returns a number.
  public static double number(JsonNode node) {
    return node.isString() ? Double.parseDouble(node.stringValue()) : node.doubleValue();
  }

  /// Returns the numbers of a list, or of lists of lists end to end.
  public static double[] numbers(JsonNode list) {
    List<Double> out = new ArrayList<>();
    collect(list, out);
    return out.stream().mapToDouble(d -> d).toArray();
  }

  /// Returns the numbers of a list as floats.
  public static float[] floats(JsonNode list) {
    double[] wide = numbers(list);
    float[] out = new float[wide.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) wide[i];
    }
    return out;
  }

  /// Returns the whole numbers of a list.
  public static int[] ints(JsonNode list) {
    double[] wide = numbers(list);
    int[] out = new int[wide.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) wide[i];
    }
    return out;
  }

  /// Returns the sizes of nested lists.
  public static long[] shape(JsonNode list) {
    List<Long> sizes = new ArrayList<>();
    for (JsonNode at = list; at.isArray(); at = at.get(0)) {
      sizes.add((long) at.size());
      if (at.isEmpty()) {
        break;
      }
    }
    return sizes.stream().mapToLong(s -> s).toArray();
  }

  private static void collect(JsonNode node, List<Double> out) {
    if (node.isArray()) {
      node.forEach(n -> collect(n, out));
    } else {
      out.add(number(node));
    }
  }
}
