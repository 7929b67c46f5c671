package dev.tesuji.studio.web;

import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpAnswer;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Tables as JSON and as CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)).
public final class Tables {
  private static final String FORMULA = "=+-@\t\r"; // what spreadsheets would compute

  private Tables() {}

  /// Makes the answer to a request for a table's rows.
  ///
  /// @param format `csv`; anything else is JSON
  public static HttpAnswer answer(ArrayNode rows, String format, String name) {
    boolean isCsv = format.equals("csv");
    HttpAnswer answer =
        HttpAnswer.of(
            200,
            isCsv ? "text/csv; charset=utf-8" : "application/json",
            isCsv ? csv(rows) : Json.line(rows));
    return answer
        .with(
            "content-disposition",
            "attachment; filename=\"" + name + (isCsv ? ".csv\"" : ".json\""))
        .with("cache-control", "no-store");
  }

  /// Writes objects as lines whose columns are all fields that any of them has.
  ///
  /// A text that a spreadsheet would take for a formula gets an apostrophe before it.
  public static String csv(ArrayNode rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> columns.addAll(row.propertyNames()));
    StringBuilder text = new StringBuilder();
    append(text, columns.stream().map(Tables::quoted).toList());
    for (JsonNode row : rows) {
      append(text, columns.stream().map(c -> cell(row.path(c))).toList());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, java.util.List<String> cells) {
    text.append(String.join(",", cells)).append("\r\n");
  }

  private static String cell(JsonNode node) {
    if (node.isNull() || node.isMissingNode()) {
      return "";
    }
    if (!node.isString()) {
      return quoted(Json.line(node));
    }
    String value = node.stringValue();
    boolean computes = !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0;
    return quoted(computes ? "'" + value : value);
  }

  private static String quoted(String value) {
    boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? value : "\"" + value.replace("\"", "\"\"") + "\"";
  }
}
