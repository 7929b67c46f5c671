package dev.tesuji.agreement;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.json.JsonLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Ratings of any origin: lines with `annotator`, `unit` and `value`, which is null, or not there,
/// where nothing was given.
public final class Ratings {
  private Ratings() {}

  /// Reads a file.
  ///
  /// @throws BadInput when a line does not fit, or an annotator rates a unit twice
  public static List<Rating> read(Path file, Scale scale) {
    List<Rating> ratings = new ArrayList<>();
    Map<String, Long> seen = new HashMap<>();
    for (JsonLines.Row row : JsonLines.readAll(file)) {
      Rating rating = rating(row, scale);
      if (rating == null) {
        continue;
      }
      String key = rating.annotator().length() + " " + rating.annotator() + rating.unit();
      Long before = seen.putIfAbsent(key, row.line());
      if (before != null) {
        throw row.bad(
            "field 'unit' must name a unit that the annotator has not rated before, got '"
                + BadInput.brief(rating.unit())
                + "' by '"
                + BadInput.brief(rating.annotator())
                + "' as in line "
                + before
                + "; keep one of both lines");
      }
      ratings.add(rating);
    }
    return ratings;
  }

  private static @Nullable Rating rating(JsonLines.Row row, Scale scale) {
    String annotator = name(row, "annotator");
    String unit = name(row, "unit");
    JsonNode value = row.get("value");
    if (value == null) {
      return null;
    }
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return Rating.of(annotator, unit, value.doubleValue());
    }
    if (scale != Scale.NOMINAL) {
      throw row.bad(
          "field 'value' must be a number for scale "
              + scale
              + ", got "
              + BadInput.brief(value)
              + "; names go with --scale nominal");
    }
    if (!value.isString() && !value.isBoolean()) {
      throw row.bad("field 'value' must be a text, a number or null, got " + BadInput.brief(value));
    }
    return new Rating(annotator, unit, value.toString(), Double.NaN);
  }

  private static String name(JsonLines.Row row, String field) {
    JsonNode node = row.require(field);
    if (!node.isString() && !node.isIntegralNumber()) {
      throw row.bad(
          "field '" + field + "' must be a text or a whole number, got " + BadInput.brief(node));
    }
    return node.asString();
  }

  /// Measures agreement, as `./tesuji labels agreement --in` prints it.
  public static ObjectNode agreement(List<Rating> ratings, Scale scale) {
    Alpha alpha = Alpha.of(ratings, scale);
    ObjectNode json = Json.MAPPER.createObjectNode();
    put(json, "krippendorff_alpha", alpha.alpha());
    if (!alpha.reason().isEmpty()) {
      json.put("reason", alpha.reason());
    }
    json.put("scale", scale.toString());
    json.put("ratings", ratings.size());
    json.put("annotators", ratings.stream().map(Rating::annotator).distinct().count());
    json.put("units", ratings.stream().map(Rating::unit).distinct().count());
    json.put("paired_units", alpha.units()).put("paired_ratings", alpha.pairable());
    if (scale != Scale.NOMINAL) {
      put(json, "kendall_w", concordance(ratings));
    }
    return json;
  }

  /// Puts a number, or null where there is none.
  public static void put(ObjectNode json, String name, OptionalDouble value) {
    if (value.isPresent()) {
      json.put(name, value.getAsDouble());
    } else {
      json.putNull(name);
    }
  }

  /// Returns W over the units that everybody rated; none where those are fewer than two.
  private static OptionalDouble concordance(List<Rating> ratings) {
    Map<String, Map<String, Double>> byUnit = new LinkedHashMap<>();
    for (Rating r : ratings) {
      byUnit.computeIfAbsent(r.unit(), _ -> new HashMap<>()).put(r.annotator(), r.value());
    }
    List<String> people = ratings.stream().map(Rating::annotator).distinct().toList();
    List<Map<String, Double>> whole =
        byUnit.values().stream().filter(u -> u.size() == people.size()).toList();
    return Concordance.of(
        people.stream()
            .map(p -> whole.stream().mapToDouble(u -> Objects.requireNonNull(u.get(p))).toArray())
            .toList());
  }
}
