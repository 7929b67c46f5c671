package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes one schema of several that must hold together: `allOf`, and keywords beside `$ref` and
/// `anyOf`.
///
/// What is merged has no `allOf`, no `$ref` and none of [Dependents] at its top; patterns and
/// formats may be lists.
final class Merging {
  private static final int DEPTH = 50;
  private static final int BRANCHES = 256;

  private final References references;

  Merging(References references) {
    this.references = references;
  }

  /// Returns a schema without `allOf`, `$ref` and [Dependents] at its top.
  JsonNode flat(JsonNode schema, String at) {
    return flat(schema, at, 0);
  }

  private JsonNode flat(JsonNode schema, String at, int depth) {
    if (depth > DEPTH) {
      throw new BadInput(
          "the schema at " + at + " must not be part of itself, got $ref and allOf in a circle");
    }
    Keywords.check(schema, at);
    if (!(schema instanceof ObjectNode object)
        || !(schema.has("allOf") || schema.has("$ref") || Dependents.any(schema))) {
      return schema;
    }
    ObjectNode own =
        object.deepCopy().without(List.of("allOf", "$ref")).without(Dependents.KEYWORDS);
    JsonNode merged = own;
    JsonNode reference = object.get("$ref");
    if (reference != null) {
      JsonNode target = references.target(reference.stringValue(), at);
      merged = both(flat(target, reference.stringValue(), depth + 1), merged, at);
    }
    JsonNode parts = object.get("allOf");
    for (int i = 0; parts != null && i < parts.size(); i++) {
      merged = both(merged, flat(parts.get(i), at + "/allOf/" + i, depth + 1), at);
    }
    for (JsonNode part : Dependents.said(schema)) {
      merged = both(merged, part, at);
    }
    return merged;
  }

  /// Merges two flat schemas.
  JsonNode both(JsonNode left, JsonNode right, String at) {
    if (left.isBoolean()) {
      return left.booleanValue() ? right : left;
    }
    if (right.isBoolean()) {
      return right.booleanValue() ? left : right;
    }
    ObjectNode a = ((ObjectNode) left).deepCopy();
    ObjectNode b = ((ObjectNode) right).deepCopy();
    constToEnum(a);
    constToEnum(b);
    oneOfToAnyOf(a, b, at);
    mergeProperties(a, b, at);
    mergeItems(a, b, at);
    for (Map.Entry<String, JsonNode> e : b.properties()) {
      JsonNode mine = a.get(e.getKey());
      if (mine == null) {
        a.set(e.getKey(), e.getValue());
      } else if (Keywords.asserts(e.getKey())) {
        a.set(e.getKey(), keyword(e.getKey(), mine, e.getValue(), at));
      }
    }
    return a;
  }

  private static void constToEnum(ObjectNode schema) {
    JsonNode value = schema.remove("const");
    if (value != null) {
      ArrayNode one = schema.arrayNode().add(value);
      schema.set("enum", schema.has("enum") ? common(schema.get("enum"), one) : one);
    }
  }

  /// Two `oneOf`s, or one beside an `anyOf`, become `anyOf`s where their branches exclude each
  /// other.
  private void oneOfToAnyOf(ObjectNode a, ObjectNode b, String at) {
    boolean several = false;
    for (String k : List.of("oneOf", "anyOf")) {
      several |= a.has("oneOf") && b.has(k);
      several |= b.has("oneOf") && a.has(k);
    }
    if (several) {
      for (ObjectNode schema : List.of(a, b)) {
        JsonNode branches = schema.remove("oneOf");
        if (branches != null) {
          new Exclusion(this).require(branches, at);
          schema.set(
              "anyOf",
              schema.has("anyOf") ? products(schema.get("anyOf"), branches, at) : branches);
        }
      }
    }
  }

  private static JsonNode keyword(String name, JsonNode a, JsonNode b, String at) {
    return switch (name) {
      case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties" ->
          a.decimalValue().compareTo(b.decimalValue()) >= 0 ? a : b;
      case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties" ->
          a.decimalValue().compareTo(b.decimalValue()) <= 0 ? a : b;
      case "type" -> types(a, b);
      case "enum" -> common(a, b);
      case "required" -> union(a, b);
      case "pattern", "format" -> union(list(a), list(b));
      case "uniqueItems" -> a.booleanValue() ? a : b;
      case "anyOf" -> products(a, b, at);
      default -> {
        if (a.equals(b)) {
          yield a;
        }
        throw Keywords.together(name, "another '" + name + "'", at);
      }
    };
  }

  private static ArrayNode list(JsonNode value) {
    return value instanceof ArrayNode already ? already : Json.MAPPER.createArrayNode().add(value);
  }

  private static ArrayNode union(JsonNode a, JsonNode b) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (JsonNode some : List.of(a, b)) {
      for (JsonNode value : some) {
        if (!contains(all, value)) {
          all.add(value);
        }
      }
    }
    return all;
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode v : list) {
      if (Values.equal(v, value)) {
        return true;
      }
    }
    return false;
  }

  private static ArrayNode common(JsonNode a, JsonNode b) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (JsonNode value : a) {
      if (contains(b, value)) {
        all.add(value);
      }
    }
    return all;
  }

  private static ArrayNode types(JsonNode a, JsonNode b) {
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (JsonNode x : list(a)) {
      for (JsonNode y : list(b)) {
        if (x.equals(y)) {
          all.add(x);
        } else if (isNumber(x, y) || isNumber(y, x)) {
          all.add("integer");
        }
      }
    }
    return all;
  }

  private static boolean isNumber(JsonNode general, JsonNode special) {
    return general.asString().equals("number") && special.asString().equals("integer");
  }

  private static ArrayNode products(JsonNode a, JsonNode b, String at) {
    if ((long) a.size() * b.size() > BRANCHES) {
      throw new BadInput(
          "the schema at "
              + at
              + " must have at most "
              + BRANCHES
              + " combinations of anyOf branches, got "
              + a.size()
              + " times "
              + b.size());
    }
    ArrayNode all = Json.MAPPER.createArrayNode();
    for (JsonNode x : a) {
      for (JsonNode y : b) {
        all.add(allOf(x, y));
      }
    }
    return all;
  }

  private static ObjectNode allOf(JsonNode a, JsonNode b) {
    ObjectNode all = Json.MAPPER.createObjectNode();
    all.putArray("allOf").add(a).add(b);
    return all;
  }

  /// Merges members, and what each side says about members that only the other names.
  private static void mergeProperties(ObjectNode a, ObjectNode b, String at) {
    for (String k : List.of("patternProperties", "propertyNames")) {
      if ((a.has(k) && hasMembers(b)) || (b.has(k) && hasMembers(a))) {
        throw Keywords.together(k, "allOf", at);
      }
    }
    if (!a.has("properties") && !b.has("properties")) {
      additional(a, b);
      return;
    }
    ObjectNode mine = members(a);
    ObjectNode theirs = members(b);
    ObjectNode merged = a.objectNode();
    mine.properties()
        .forEach(e -> merged.set(e.getKey(), with(e.getValue(), theirs.get(e.getKey()), b)));
    theirs
        .properties()
        .forEach(e -> {
          if (!mine.has(e.getKey())) {
            merged.set(e.getKey(), with(e.getValue(), null, a));
          }
        });
    additional(a, b);
    b.remove("properties");
    a.set("properties", merged);
  }

  private static boolean hasMembers(ObjectNode schema) {
    return schema.has("properties") || schema.has("additionalProperties");
  }

  private static ObjectNode members(ObjectNode schema) {
    return schema.get("properties") instanceof ObjectNode some ? some : schema.objectNode();
  }

  private static JsonNode with(JsonNode schema, @Nullable JsonNode same, ObjectNode other) {
    JsonNode second = same == null ? other.get("additionalProperties") : same;
    return second == null || (second.isBoolean() && second.booleanValue())
        ? schema
        : allOf(schema, second);
  }

  private static void additional(ObjectNode a, ObjectNode b) {
    JsonNode theirs = b.remove("additionalProperties");
    JsonNode mine = a.get("additionalProperties");
    if (theirs != null) {
      a.set("additionalProperties", mine == null ? theirs : allOf(mine, theirs));
    }
  }

  private static void mergeItems(ObjectNode a, ObjectNode b, String at) {
    boolean both = isTuple(a) && isTuple(b);
    if (both || (isTuple(a) && b.has("items")) || (isTuple(b) && a.has("items"))) {
      throw Keywords.together("prefixItems", "allOf", at);
    }
    if (a.has("items") && b.has("items")) {
      a.set("items", allOf(a.get("items"), b.remove("items")));
    }
  }

  private static boolean isTuple(ObjectNode schema) {
    return schema.has("prefixItems")
        || schema.has("additionalItems")
        || schema.path("items").isArray();
  }
}
