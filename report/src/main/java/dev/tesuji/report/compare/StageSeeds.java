package dev.tesuji.report.compare;

import dev.tesuji.json.Json;
import dev.tesuji.statistics.Paired;
import dev.tesuji.statistics.StudentT;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The table of models over several seeds: means with intervals, and which differences between
/// models are more than chance.
///
/// Intervals and tests are Student's t over seeds; those of differences are paired, since two
/// models of a run share its seed. No test is corrected for there being many. Of a single seed it
/// is that run's own table, with its intervals over problems and without a test.
///
/// @param tables the table of each run, as its `report.json` has it; all of one recipe
public record StageSeeds(List<JsonNode> tables) {
  /// Copies the list.
  ///
  /// @throws IllegalArgumentException when there is none, or their rows differ
  public StageSeeds {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("a table over seeds needs at least one run, got none");
    }
    List<String> rows = names(tables.getFirst());
    for (JsonNode table : tables) {
      if (!names(table).equals(rows)) {
        throw new IllegalArgumentException(
            "stages must be the same with every seed, got " + rows + " and " + names(table));
      }
    }
  }

  private static List<String> names(JsonNode table) {
    List<String> names = new ArrayList<>();
    table.path("rows").forEach(r -> names.add(r.path("name").asString("")));
    return names;
  }

  private List<String> measures(String... lists) {
    List<String> measures = new ArrayList<>();
    for (String list : lists) {
      tables.getFirst().path(list).forEach(c -> measures.add(c.path("name").asString("")));
    }
    return measures;
  }

  /// Returns a measure of a row, seed by seed; empty where a seed lacks it.
  private double[] values(int row, String measure) {
    double[] values =
        tables.stream()
            .map(t -> t.path("rows").path(row).path("values").path(measure))
            .filter(JsonNode::isNumber)
            .mapToDouble(JsonNode::doubleValue)
            .toArray();
    return values.length == tables.size() ? values : new double[0];
  }

  /// Returns the table of means, in the form of a run's own.
  ///
  /// Its rows have `by_seed` too, the values of each column seed by seed. `differences` has every
  /// pair of rows in every measure, `effects` the pairs that matter: each model and the one that it
  /// started from (`from` of its row), each and the one before it that descends from the same
  /// model, and the last and the first.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("seeds", tables.size());
    json.set("columns", tables.getFirst().path("columns"));
    json.set("parts", tables.getFirst().path("parts"));
    ArrayNode rows = json.putArray("rows");
    json.putArray("differences");
    json.putArray("effects");
    for (int row = 0; row < tables.getFirst().path("rows").size(); row++) {
      rows.add(row(row));
    }
    if (tables.size() > 1) {
      addDifferences(json.withArray("differences"));
      addEffects(json.withArray("effects"));
    }
    return json;
  }

  private ObjectNode row(int row) {
    ObjectNode json = ((ObjectNode) tables.getFirst().path("rows").path(row)).deepCopy();
    if (tables.size() > 1) {
      ObjectNode values = json.putObject("values");
      for (String measure : measures("columns", "parts")) {
        double[] found = values(row, measure);
        if (found.length > 0) {
          put(values, measure, found);
        }
      }
    }
    ObjectNode bySeed = json.putObject("by_seed");
    for (String measure : measures("columns")) {
      for (double value : values(row, measure)) {
        bySeed.withArray(measure).add(value);
      }
    }
    return json;
  }

  private void addDifferences(ArrayNode differences) {
    List<String> names = names(tables.getFirst());
    for (int row = 0; row < names.size(); row++) {
      for (String measure : measures("columns", "parts")) {
        double[] found = values(row, measure);
        for (int before = 0; before < row; before++) {
          double[] first = values(before, measure);
          if (found.length > 0 && first.length > 0) {
            difference(
                differences.addObject().put("from", names.get(before)).put("to", names.get(row)),
                measure,
                Paired.of(first, found));
          }
        }
      }
    }
  }

  private void addEffects(ArrayNode effects) {
    List<String> names = names(tables.getFirst());
    Map<String, String> root = new HashMap<>(); // which model, of no stage, each descends from
    Map<String, String> latest = new HashMap<>(); // by root
    Set<Pair> pairs = new LinkedHashSet<>();
    for (JsonNode row : tables.getFirst().path("rows")) {
      String from = row.path("from").asString("");
      String name = row.path("name").asString("");
      String origin = root.getOrDefault(from, name);
      root.put(name, origin);
      String before = latest.put(origin, name);
      if (names.contains(from)) {
        pairs.add(new Pair(from, name));
      }
      if (before != null) {
        pairs.add(new Pair(before, name));
      }
    }
    if (names.size() > 1) {
      pairs.add(new Pair(names.getFirst(), names.getLast()));
    }
    pairs.forEach(p -> effects.addObject().put("from", p.from).put("to", p.to));
  }

  /// Two models.
  private record Pair(String from, String to) {}

  private static void put(ObjectNode values, String measure, double[] found) {
    double mean = Arrays.stream(found).average().orElseThrow();
    double half = StudentT.halfWidth(found);
    values.put(measure, mean);
    values.putArray(measure + "_ci95").add(mean - half).add(mean + half);
  }

  private static void difference(ObjectNode json, String measure, Paired paired) {
    json.put("measure", measure).put("difference", paired.difference());
    json.putArray("ci95").add(paired.low()).add(paired.high());
    json.put("p", paired.p()).put("significant", paired.isSignificant());
  }
}
