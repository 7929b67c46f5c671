package dev.tesuji.compare;

import dev.tesuji.evaluate.Paired;
import dev.tesuji.evaluate.StudentT;
import dev.tesuji.input.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The table of stages over several seeds: means with intervals, and which differences between
/// stages are more than chance.
///
/// Intervals and tests are Student's t over seeds; those of differences are paired, since two
/// stages of a run share its seed. No test is corrected for there being many.
///
/// @param tables the table of each run, as its `report.json` has it; all of one recipe
public record StageSeeds(List<JsonNode> tables) {
  /// Copies the list.
  ///
  /// @throws IllegalArgumentException when there are fewer than two, or their rows differ
  public StageSeeds {
    tables = List.copyOf(tables);
    if (tables.size() < 2) {
      throw new IllegalArgumentException(
          "stages are compared over two or more seeds, got " + tables.size());
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

  private List<String> measures() {
    List<String> measures = new ArrayList<>();
    for (String list : List.of("columns", "parts")) {
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

  /// Returns the table of means, in the form of a run's own, with `differences`: every pair of rows
  /// in every measure.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("seeds", tables.size());
    json.set("columns", tables.getFirst().path("columns"));
    json.set("parts", tables.getFirst().path("parts"));
    ArrayNode rows = json.putArray("rows");
    ArrayNode differences = json.putArray("differences");
    List<String> names = names(tables.getFirst());
    for (int row = 0; row < names.size(); row++) {
      ObjectNode values = rows.addObject().put("name", names.get(row)).putObject("values");
      for (String measure : measures()) {
        double[] found = values(row, measure);
        if (found.length > 0) {
          put(values, measure, found);
          for (int before = 0; before < row; before++) {
            double[] first = values(before, measure);
            if (first.length > 0) {
              difference(
                  differences.addObject().put("from", names.get(before)).put("to", names.get(row)),
                  measure,
                  Paired.of(first, found));
            }
          }
        }
      }
    }
    return json;
  }

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
