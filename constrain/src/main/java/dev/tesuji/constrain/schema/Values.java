package dev.tesuji.constrain.schema;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Compares values as JSON Schema does: 1.0 is 1, and an integer.
final class Values {
  private Values() {}

  /// Returns whether two values are the same.
  static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isArray() && b.isArray()) {
      for (int i = 0; i < a.size() && i < b.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    if (a.isObject() && b.isObject()) {
      for (Map.Entry<String, JsonNode> e : a.properties()) {
        JsonNode other = b.get(e.getKey());
        if (other == null || !equal(e.getValue(), other)) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    return a.equals(b);
  }

  /// Returns the types that a value has.
  static Set<String> types(JsonNode value) {
    Set<String> types = new HashSet<>();
    if (value.isNumber()) {
      types.add("number");
      if (Keywords.isWhole(value)) {
        types.add("integer");
      }
    } else if (value.isString()) {
      types.add("string");
    } else if (value.isBoolean()) {
      types.add("boolean");
    } else if (value.isNull()) {
      types.add("null");
    } else {
      types.add(value.isArray() ? "array" : "object");
    }
    return types;
  }
}
