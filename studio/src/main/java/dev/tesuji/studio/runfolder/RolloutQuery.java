package dev.tesuji.studio.runfolder;

import dev.tesuji.studio.web.Query;
import dev.tesuji.studio.web.Refusal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Which rollouts are asked for, as SQL with values apart from it.
final class RolloutQuery {
  /// The parameters that choose rollouts.
  static final Set<String> PARAMETERS =
      Set.of(
          "stage",
          "step",
          "step_from",
          "step_to",
          "verdict",
          "finish",
          "truncated",
          "trouble",
          "dropped",
          "problem",
          "task",
          "part",
          "part_from",
          "part_to",
          "reward_from",
          "reward_to",
          "tokens_from",
          "tokens_to",
          "q",
          "sort",
          "descending");

  private static final Map<String, String> SORTS =
      Map.of(
          "step", "step",
          "reward", "reward",
          "advantage", "advantage",
          "tokens", "tokens",
          "verdict", "verdict",
          "problem", "problem",
          "length", "length(completion)");

  private final List<String> conditions = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();
  private final String key;
  private final String direction;
  private final List<Object> keyValues = new ArrayList<>();

  /// @throws Refusal when a parameter is not what it should be
  RolloutQuery(Query query) {
    for (String name : List.of("stage", "verdict", "finish", "problem", "task", "dropped")) {
      if (query.has(name)) {
        add(name + " = ?", query.text(name));
      }
    }
    if (query.has("step")) {
      add("step = ?", query.number("step", 0, 0, Long.MAX_VALUE));
    }
    range(query, "step", "step");
    range(query, "reward", "reward");
    range(query, "tokens", "tokens");
    if (query.has("truncated")) {
      String is = query.text("truncated").equals("yes") ? "" : "NOT ";
      conditions.add(is + "coalesce(finish = 'length', false)");
    }
    if (query.has("trouble")) {
      conditions.add(query.text("trouble").equals("yes") ? "trouble <> ''" : "trouble IS NULL");
    }
    if (query.has("part")) {
      for (String end : List.of("from", "to")) {
        if (query.has("part_" + end)) {
          values.add(path(query.text("part")));
          add(
              "TRY_CAST(json_extract_string(parts, ?) AS DOUBLE) "
                  + (end.equals("from") ? ">= ?" : "<= ?"),
              query.decimal("part_" + end));
        }
      }
    }
    if (query.has("q")) {
      String text = query.text("q").toLowerCase(Locale.ROOT);
      values.add(text);
      add("(contains(lower(completion), ?) OR contains(lower(prompt), ?))", text);
    }
    key = key(query);
    boolean isDescending = !query.has("sort") || query.text("descending").equals("yes");
    direction = isDescending ? "DESC NULLS LAST" : "ASC NULLS LAST";
  }

  private void add(String condition, Object value) {
    conditions.add(condition);
    values.add(value);
  }

  private void range(Query query, String name, String column) {
    if (query.has(name + "_from")) {
      add(column + " >= ?", query.decimal(name + "_from"));
    }
    if (query.has(name + "_to")) {
      add(column + " <= ?", query.decimal(name + "_to"));
    }
  }

  private String key(Query query) {
    String sort = query.has("sort") ? query.text("sort") : "step";
    if (sort.startsWith("part:")) {
      keyValues.add(path(sort.substring("part:".length())));
      return "TRY_CAST(json_extract_string(parts, ?) AS DOUBLE)";
    }
    String column = SORTS.get(sort);
    if (column == null) {
      throw new Refusal(
          400,
          "parameter 'sort' must be part:NAME or one of "
              + String.join(", ", SORTS.keySet().stream().sorted().toList()));
    }
    return column;
  }

  /// Writes the name of a field as a path of JSON.
  static String path(String name) {
    return "$.\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// Returns the condition.
  String where() {
    return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
  }

  /// Returns what is sorted by.
  String key() {
    return key;
  }

  /// Returns in which direction.
  String direction() {
    return direction;
  }

  /// Returns the whole order.
  String order() {
    return key + " " + direction + ", stage, file, line";
  }

  /// Binds the values of the key, the condition, and what follows them.
  void bindKeyed(PreparedStatement statement, Object... more) throws SQLException {
    bind(
        statement,
        Stream.of(keyValues.stream(), values.stream(), Stream.of(more)).flatMap(s -> s).toList());
  }

  /// Binds the values of the condition and the order, and what follows them.
  void bindOrdered(PreparedStatement statement, Object... more) throws SQLException {
    bind(
        statement,
        Stream.of(values.stream(), keyValues.stream(), Stream.of(more)).flatMap(s -> s).toList());
  }

  private static void bind(PreparedStatement statement, List<Object> all) throws SQLException {
    for (int i = 0; i < all.size(); i++) {
      statement.setObject(i + 1, all.get(i));
    }
  }
}
