package dev.tesuji.json;

import dev.tesuji.check.BadInput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of one row of a data file, read with errors that name the row.
public interface Fields {
  /// Returns the row.
  ObjectNode fields();

  /// Returns what the file is counted in: `line` or `row`.
  String unit();

  /// Makes an error about this row.
  BadInput bad(String problem);

  /// Returns a field, or null where the row has none, or null in it. A name with points leads into
  /// objects: `answer.text` is the field `text` of `answer`, unless there is a field of that name.
  default @Nullable JsonNode get(String name) {
    JsonNode node = fields().get(name);
    if (node == null && name.indexOf('.') > 0) {
      JsonNode inner = fields();
      for (String part : name.split("\\.", -1)) {
        inner = inner.path(part);
      }
      node = inner;
    }
    return node == null || node.isNull() || node.isMissingNode() ? null : node;
  }

  /// Returns a field that must be there.
  ///
  /// @throws BadInput when it is not, naming the fields that are
  default JsonNode require(String name) {
    JsonNode node = get(name);
    if (node == null) {
      throw bad(
          "field '" + name + "' is missing; the " + unit() + " has " + String.join(", ", names()));
    }
    return node;
  }

  /// Returns a text field, or null where the row has none.
  ///
  /// @throws BadInput when the field is something else
  default @Nullable String text(String name) {
    return get(name) == null ? null : requireText(name);
  }

  /// Returns a text field that must be there.
  ///
  /// @throws BadInput when it is not, naming the fields that are, or is something else
  default String requireText(String name) {
    JsonNode node = require(name);
    if (!node.isString()) {
      throw bad("field '" + name + "' must be text, got " + node);
    }
    return node.stringValue();
  }

  /// Returns a list of token ids, or null where the row has none.
  ///
  /// @throws BadInput when the field is something else
  default int @Nullable [] ids(String name) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      if (!node.get(i).canConvertToInt()) {
        throw bad("field '" + name + "' must be a list of whole numbers, got " + node.get(i));
      }
      ids[i] = node.get(i).intValue();
    }
    if (!node.isArray()) {
      throw bad("field '" + name + "' must be a list of whole numbers, got " + node);
    }
    return ids;
  }

  private List<String> names() {
    List<String> names =
        fields().propertyNames().stream()
            .filter(n -> get(n) != null)
            .map(n -> "'" + n + "'")
            .toList();
    return names.isEmpty() ? List.of("no fields") : names;
  }
}
