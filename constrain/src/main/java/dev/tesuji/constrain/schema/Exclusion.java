package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Proves that no value satisfies two branches of a `oneOf`, which then means the same as `anyOf`:
/// by type, by constants, or by a member that one of them requires and for which they exclude each
/// other.
record Exclusion(Merging merging) {
  private static final int DEPTH = 20;
  private static final int BRANCHES = 200;

  /// Refuses branches of which two may hold at once.
  void require(JsonNode branches, String at) {
    requireFew(branches.size(), at);
    List<JsonNode> flat = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      flat.add(merging.flat(branches.get(i), at + "/oneOf/" + i));
    }
    for (int i = 0; i < flat.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!exclude(flat.get(j), flat.get(i))) {
          throw refusal(j, i, at);
        }
      }
    }
  }

  /// Refuses more branches than can be compared with each other.
  void requireFew(int branches, String at) {
    if (branches > BRANCHES) {
      throw new BadInput(
          "oneOf at " + at + " must have at most " + BRANCHES + " branches, got " + branches);
    }
  }

  /// Makes the error for two branches that may hold at once.
  static BadInput refusal(int first, int second, String at) {
    return new BadInput(
        "oneOf at "
            + at
            + " must have branches that exclude each other by type, by const or enum, or by a"
            + " required member, got branches "
            + first
            + " and "
            + second
            + ", which may hold at once (use anyOf)");
  }

  /// Returns whether it is sure that no value satisfies both of two flat schemas.
  boolean exclude(JsonNode a, JsonNode b) {
    return exclude(a, b, 0);
  }

  private boolean exclude(JsonNode a, JsonNode b, int depth) {
    if (depth > DEPTH) {
      return false;
    }
    if (isFalse(a) || isFalse(b)) {
      return true;
    }
    return constantsDiffer(a, b)
        || typesDiffer(a, b)
        || someBranch(a, b, depth)
        || someBranch(b, a, depth)
        || membersDiffer(a, b, depth);
  }

  /// Returns whether nothing satisfies a schema, which says so.
  static boolean isFalse(JsonNode schema) {
    return schema.isBoolean() && !schema.booleanValue();
  }

  /// Returns whether every branch of one excludes the other.
  private boolean someBranch(JsonNode a, JsonNode b, int depth) {
    for (String keyword : List.of("anyOf", "oneOf")) {
      JsonNode branches = a.get(keyword);
      if (branches != null) {
        boolean all = true;
        for (JsonNode branch : branches) {
          all &= exclude(merging.flat(branch, "#"), b, depth + 1);
        }
        if (all) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable List<JsonNode> constants(JsonNode schema) {
    if (schema.has("const")) {
      return List.of(schema.get("const"));
    }
    JsonNode values = schema.get("enum");
    return values == null ? null : new ArrayList<>(values.values());
  }

  private static boolean constantsDiffer(JsonNode a, JsonNode b) {
    List<JsonNode> some = constants(a);
    List<JsonNode> others = constants(b);
    if (some == null || others == null || (long) some.size() * others.size() > 1_000_000) {
      return false;
    }
    return some.stream().noneMatch(x -> others.stream().anyMatch(y -> Values.equal(x, y)));
  }

  private static boolean typesDiffer(JsonNode a, JsonNode b) {
    Set<String> some = types(a);
    Set<String> others = types(b);
    return !some.isEmpty() && !others.isEmpty() && some.stream().noneMatch(others::contains);
  }

  /// Returns the types that a schema allows, a whole number's as that of numbers; none where it
  /// does not say.
  private static Set<String> types(JsonNode schema) {
    Set<String> types = new HashSet<>();
    List<JsonNode> values = constants(schema);
    if (values != null) {
      values.forEach(v -> types.addAll(Values.types(v)));
    }
    JsonNode type = schema.get("type");
    if (values == null && type != null) {
      if (type.isArray()) {
        type.forEach(t -> types.add(t.asString()));
      } else {
        types.add(type.asString());
      }
    }
    if (types.remove("integer")) {
      types.add("number");
    }
    return types;
  }

  private boolean membersDiffer(JsonNode a, JsonNode b, int depth) {
    if (!types(a).equals(Set.of("object")) || !types(b).equals(Set.of("object"))) {
      return false;
    }
    Set<String> required = new HashSet<>();
    for (JsonNode some : List.of(a, b)) {
      some.path("required").forEach(r -> required.add(r.asString()));
    }
    for (Map.Entry<String, JsonNode> e : a.path("properties").properties()) {
      JsonNode other = b.path("properties").get(e.getKey());
      if (other != null
          && required.contains(e.getKey())
          && exclude(merging.flat(e.getValue(), "#"), merging.flat(other, "#"), depth + 1)) {
        return true;
      }
    }
    return lacks(a, b) || lacks(b, a);
  }

  /// Returns whether one requires a member that the other does not allow.
  private static boolean lacks(JsonNode a, JsonNode b) {
    if (!isFalse(b.path("additionalProperties")) || b.has("patternProperties")) {
      return false;
    }
    for (JsonNode name : a.path("required")) {
      JsonNode theirs = b.path("properties").get(name.asString());
      if (theirs == null || isFalse(theirs)) {
        return true;
      }
    }
    return false;
  }
}
