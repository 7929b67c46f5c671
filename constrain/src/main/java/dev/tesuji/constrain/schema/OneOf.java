package dev.tesuji.constrain.schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The branches of a `oneOf`, of which exactly one may hold, as those of an `anyOf`.
///
/// Branches that exclude each other ([Exclusion]) stay as they are. Of two objects that may hold at
/// once, less is written than is right: each branch lacks a member that the other requires, or has
/// one that the other does not allow.
///
/// @param merging puts schemas together
record OneOf(Merging merging) {
  private static final int DEPTH = 20;

  /// Returns the branches, those changed of which others might hold as well.
  ///
  /// @param branches flat, with what stands beside the `oneOf`
  /// @throws dev.tesuji.check.BadInput when two may hold at once and cannot be told apart
  List<JsonNode> apart(List<JsonNode> branches, String at) {
    Exclusion exclusion = new Exclusion(merging);
    exclusion.requireFew(branches.size(), at);
    List<JsonNode> written = new ArrayList<>(branches);
    for (int i = 0; i < branches.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!exclusion.exclude(branches.get(j), branches.get(i))) {
          JsonNode first = without(written.get(j), branches.get(i));
          JsonNode second = without(written.get(i), branches.get(j));
          if (first == null || second == null) {
            throw Exclusion.refusal(j, i, at);
          }
          written.set(j, first);
          written.set(i, second);
        }
      }
    }
    return written;
  }

  /// Returns a schema of objects that satisfy one schema and not another; null where none is found.
  private @Nullable JsonNode without(JsonNode schema, JsonNode other) {
    if (!(schema instanceof ObjectNode object)
        || schema.has("enum")
        || schema.has("patternProperties")
        || schema.has("propertyNames")
        || !SchemaReader.types(schema).equals(Set.of("object"))) {
      return null;
    }
    ObjectNode written = object.deepCopy().put("type", "object"); // whatever its branches allow
    String lacking = lacking(schema, other);
    if (lacking != null) {
      forbid(written, lacking);
      return written;
    }
    String own = refused(schema, other);
    if (own != null) {
      written.withArrayProperty("required").add(own);
      return written;
    }
    return null;
  }

  /// Returns a member that the other requires and this one does not, best one that it does not
  /// name; null for none.
  private @Nullable String lacking(JsonNode schema, JsonNode other) {
    Set<String> candidates = required(other, 0);
    candidates.removeAll(required(schema, 0));
    return candidates.stream()
        .sorted()
        .min((a, b) -> Boolean.compare(names(schema, a), names(schema, b)))
        .orElse(null);
  }

  private static boolean names(JsonNode schema, String member) {
    JsonNode named = schema.path("properties").get(member);
    return named != null && !Exclusion.isFalse(named);
  }

  /// Returns the members that are there in every value.
  private Set<String> required(JsonNode schema, int depth) {
    Set<String> all = new HashSet<>();
    schema.path("required").forEach(name -> all.add(name.asString()));
    for (String keyword : List.of("anyOf", "oneOf")) {
      Set<String> common = null;
      for (JsonNode branch : schema.path(keyword)) {
        Set<String> own =
            depth < DEPTH ? required(merging.flat(branch, "#"), depth + 1) : Set.<String>of();
        if (common == null) {
          common = new HashSet<>(own);
        } else {
          common.retainAll(own);
        }
      }
      if (common != null) {
        all.addAll(common);
      }
    }
    return all;
  }

  /// Forbids a member. A schema that names none stays open to all others.
  private static void forbid(ObjectNode schema, String member) {
    boolean open = !schema.has("properties") && !schema.has("required");
    if (open && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", true);
    }
    schema.withObjectProperty("properties").put(member, false);
  }

  /// Returns a member that this one names and the other does not allow; null for none.
  private static @Nullable String refused(JsonNode schema, JsonNode other) {
    if (!Exclusion.isFalse(other.path("additionalProperties")) || other.has("patternProperties")) {
      return null;
    }
    for (Map.Entry<String, JsonNode> e : schema.path("properties").properties()) {
      if (!Exclusion.isFalse(e.getValue()) && !names(other, e.getKey())) {
        return e.getKey();
      }
    }
    return null;
  }
}
