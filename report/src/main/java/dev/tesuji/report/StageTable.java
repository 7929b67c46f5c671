package dev.tesuji.report;

import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The models of a run: a row per model, a column per measure, as the table of DeepSeek-R1's stages
/// has it.
///
/// Columns are what the evaluations measured, by their names, whatever the task: a measure that no
/// evaluation has is no column. Accuracies on parts of the task (`accuracy/PART`), and what is told
/// of each task of a mixture (`response_length/TASK`), are a table of their own.
///
/// @param columns the measures
/// @param parts the accuracies on parts
/// @param rows the models, the base first
public record StageTable(List<Column> columns, List<Column> parts, List<Row> rows) {
  private static final List<Column> KNOWN =
      List.of(
          new Column("accuracy", "pass@1"),
          new Column("accuracy/reasoning", "pass@1, reasoning"),
          new Column("cons@n", "cons@%d"),
          new Column("pass@n", "pass@%d"),
          new Column("thinking_length", "thinking, tokens"),
          new Column("response_length", "response, tokens"),
          new Column("language_consistency", "language consistency"),
          new Column("language_consistency/reasoning", "language consistency, reasoning"),
          new Column("format", "format"),
          new Column("helpfulness", "helpfulness"),
          new Column("refusal", "refusal of harm"),
          new Column("over_refusal", "over-refusal"),
          new Column("look_alike_refusal", "over-refusal, look-alikes"),
          new Column("safety", "safety"),
          new Column(Reflection.MEASURE, "reflective words per response"));
  private static final Set<String> MORE = Set.of("accuracy", "accuracy/reasoning");

  /// A measure.
  ///
  /// @param name as evaluations have it
  /// @param title as people read it
  public record Column(String name, String title) {}

  /// A model.
  ///
  /// @param name the stage that made it, or `base`
  /// @param values by measure; 95 % intervals lie under the name and `_ci95`
  public record Row(String name, Map<String, JsonNode> values) {
    /// Copies the map.
    public Row {
      values = new LinkedHashMap<>(values);
    }
  }

  /// Copies the lists.
  public StageTable {
    columns = List.copyOf(columns);
    parts = List.copyOf(parts);
    rows = List.copyOf(rows);
  }

  /// Makes the table of a run.
  ///
  /// @param report what `report.json` holds: `before`, `after`, `after_stage`, and `stages`, those
  ///   with an `evaluation` that were evaluated, and with a `start` those that began with another
  ///   `model` than the recipe's
  public static StageTable of(JsonNode report) {
    List<Row> rows = new ArrayList<>();
    add(rows, "base", report.path("before"));
    String last = report.path("after_stage").asString("");
    for (JsonNode stage : report.path("stages")) {
      String name = stage.path("name").asString("");
      add(rows, stage.path("start").path("model").asString(""), stage.path("start"));
      add(rows, name, name.equals(last) ? report.path("after") : stage.path("evaluation"));
    }
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(r -> names.addAll(r.values().keySet()));
    int samples = report.path("before").path("samples").asInt();
    List<Column> columns =
        KNOWN.stream()
            .filter(c -> names.contains(c.name()))
            .map(c -> new Column(c.name(), c.title().replace("%d", Integer.toString(samples))))
            .toList();
    List<Column> parts =
        names.stream()
            .filter(n -> isPart(n, report.path("before")))
            .map(n -> new Column(n, n.replaceFirst("^accuracy/", "").replaceAll("[/_]", " ")))
            .toList();
    return new StageTable(columns, parts, rows);
  }

  /// Returns whether a measure is of a part of the task: an accuracy, or what is told of each task
  /// of a mixture.
  private static boolean isPart(String name, JsonNode evaluation) {
    return !name.endsWith("_ci95")
        && !MORE.contains(name)
        && (name.startsWith("accuracy/") || evaluation.path("tasks").has("eval/" + name));
  }

  private static void add(List<Row> rows, String name, JsonNode evaluation) {
    if (evaluation.path("problems").asInt() > 0) {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      collect(evaluation, values);
      int n = evaluation.path("samples").asInt();
      for (String ending : List.of("", "_ci95")) {
        alias(values, "maj_at_" + n + ending, "cons@n" + ending);
        alias(values, "pass_at_" + n + ending, "pass@n" + ending);
      }
      rows.add(new Row(name, values));
    }
  }

  private static void alias(Map<String, JsonNode> values, String name, String alias) {
    JsonNode value = values.get(name);
    if (value != null) {
      values.put(alias, value);
    }
  }

  /// Collects numbers and their intervals, those of objects inside too, by their own names. What
  /// was found first stays.
  private static void collect(JsonNode evaluation, Map<String, JsonNode> values) {
    for (Map.Entry<String, JsonNode> e : evaluation.properties()) {
      String name = e.getKey().startsWith("eval/") ? e.getKey().substring(5) : e.getKey();
      boolean interval = name.endsWith("_ci95") && e.getValue().size() == 2;
      if (e.getValue().isNumber() || interval) {
        values.putIfAbsent(name, e.getValue());
      } else if (e.getValue().isObject()) {
        collect(e.getValue(), values);
      }
    }
  }

  /// Returns the table as `report.json` has it.
  public ObjectNode toJson() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    put(json.putArray("columns"), columns);
    put(json.putArray("parts"), parts);
    ArrayNode list = json.putArray("rows");
    for (Row row : rows) {
      ObjectNode node = list.addObject().put("name", row.name());
      ObjectNode values = node.putObject("values");
      Stream.concat(columns.stream(), parts.stream())
          .flatMap(c -> Stream.of(c.name(), c.name() + "_ci95"))
          .forEach(name -> {
            JsonNode value = row.values().get(name);
            if (value != null) {
              values.set(name, value);
            }
          });
    }
    return json;
  }

  private static void put(ArrayNode list, List<Column> columns) {
    columns.forEach(c -> list.addObject().put("name", c.name()).put("title", c.title()));
  }
}
