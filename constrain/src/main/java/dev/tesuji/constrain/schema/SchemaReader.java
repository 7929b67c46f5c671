package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.constrain.automaton.Literals;
import dev.tesuji.constrain.rules.Expr;
import dev.tesuji.constrain.rules.Rules;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns a JSON schema into rules.
public final class SchemaReader {
  private static final int ENUM_STATES = 400_000;
  private static final int DEPTH = 400;

  /// A rule whose body is still to be read.
  ///
  /// @param merged whether the schema is one that [Merging] has made
  /// @param depth how deep it stands, of merged ones
  private record Waiting(int rule, JsonNode schema, String at, boolean merged, int depth) {}

  private final Rules rules;
  private final References references;
  private final Merging merging;
  private final Containers containers;
  private final IdentityHashMap<JsonNode, Integer> targets = new IdentityHashMap<>();
  private final Map<JsonNode, Integer> made = new HashMap<>(); // rules of merged schemas
  private final List<Waiting> waiting = new ArrayList<>();
  private int depth;

  private SchemaReader(JsonNode root, Rules rules) {
    this.rules = rules;
    this.references = new References(root);
    this.merging = new Merging(references);
    this.containers = new Containers(this, rules);
  }

  /// Adds the rules of a schema, and returns the expression that stands for it.
  ///
  /// @throws BadInput when it is no JSON, or no schema, or has what is not supported
  public static Expr read(String schema, Rules rules) {
    JsonNode root;
    try {
      root =
          Json.MAPPER
              .reader()
              .with(
                  DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                  DeserializationFeature.USE_BIG_INTEGER_FOR_INTS,
                  DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readTree(schema);
    } catch (JacksonException e) {
      throw new BadInput(
          "the schema must be JSON: "
              + e.getOriginalMessage().lines().findFirst().orElse("it ends early").strip(),
          e);
    }
    if (root instanceof ObjectNode object) {
      Json.requireUnicode(object, problem -> new BadInput("the schema's " + problem));
    }
    SchemaReader reader = new SchemaReader(root, rules);
    int rule = reader.rule(root, "#");
    while (!reader.waiting.isEmpty()) {
      Waiting next = reader.waiting.removeLast();
      reader.depth = next.depth;
      Expr body =
          next.merged ? reader.flat(next.schema, next.at) : reader.inline(next.schema, next.at);
      rules.define(next.rule, body);
    }
    return new Expr.Call(rule);
  }

  /// Returns the rule of a schema that is referred to; its body is read later, so that it may refer
  /// to itself.
  private int rule(JsonNode schema, String at) {
    return rule(targets, schema, at, false);
  }

  /// Returns the rule of a schema that was merged, the same for all that are equal: where a schema
  /// refers to itself, it is merged again and again.
  private int mergedRule(JsonNode schema, String at) {
    return rule(made, schema, at, true);
  }

  private int rule(Map<JsonNode, Integer> known, JsonNode schema, String at, boolean merged) {
    Integer before = known.get(schema);
    if (before != null) {
      return before;
    }
    int rule = rules.declare("the schema at " + at);
    known.put(schema, rule);
    waiting.add(new Waiting(rule, schema, at, merged, merged ? depth : 0));
    return rule;
  }

  /// Returns the expression of a value: what is large as a rule of its own.
  Expr value(JsonNode schema, String at) {
    Expr expr = inline(schema, at);
    return switch (expr) {
      case Expr.Sequence _, Expr.Choice _ -> new Expr.Call(rules.add("the schema at " + at, expr));
      default -> expr;
    };
  }

  private Expr inline(JsonNode schema, String at) {
    Keywords.check(schema, at);
    if (schema.isBoolean()) {
      return schema.booleanValue() ? containers.anyValue() : new Expr.Nothing();
    }
    if (++depth > DEPTH) {
      throw new BadInput(
          "the schema at " + BadInput.brief(at) + " must nest at most " + DEPTH + " deep");
    }
    try {
      if (schema.has("$ref") && isAlone("$ref", schema)) {
        String reference = schema.get("$ref").stringValue();
        return new Expr.Call(rule(references.target(reference, at), reference));
      }
      return flat(merging.flat(schema, at), at);
    } finally {
      depth--;
    }
  }

  private static boolean isAlone(String keyword, JsonNode schema) {
    return schema.propertyNames().stream()
        .noneMatch(k -> !k.equals(keyword) && Keywords.asserts(k));
  }

  private Expr flat(JsonNode schema, String at) {
    if (schema.isBoolean()) {
      return inline(schema, at);
    }
    for (String keyword : List.of("anyOf", "oneOf")) {
      if (schema.has(keyword)) {
        return branches(schema, keyword, at);
      }
    }
    List<Expr> all = new ArrayList<>();
    Set<String> types = types(schema);
    if (schema.has("const") || schema.has("enum")) {
      return constants(schema, types, at);
    }
    if (types.isEmpty() && schema.has("type")) {
      return new Expr.Nothing();
    }
    if (types.isEmpty()) {
      return containers.anyValue();
    }
    for (String type : types) {
      all.add(
          switch (type) {
            case "object" -> containers.object((ObjectNode) schema, at);
            case "array" -> containers.array((ObjectNode) schema, at);
            case "string" -> Texts.of(schema, at);
            case "number" -> Numbers.of(schema, false, at);
            case "integer" ->
                types.contains("number") ? new Expr.Nothing() : Numbers.of(schema, true, at);
            case "boolean" -> new Expr.Choice(List.of(Expr.literal("true"), Expr.literal("false")));
            default -> Expr.literal("null");
          });
    }
    return Expr.choice(all);
  }

  private Expr branches(JsonNode schema, String keyword, String at) {
    JsonNode branches = schema.get(keyword);
    boolean alone = isAlone(keyword, schema);
    ObjectNode rest = ((ObjectNode) schema).deepCopy().without(keyword);
    List<JsonNode> merged = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      String place = at + "/" + keyword + "/" + i;
      JsonNode branch = merging.flat(branches.get(i), place);
      merged.add(alone ? branch : merging.both(rest, branch, place));
    }
    List<JsonNode> written =
        keyword.equals("oneOf") ? new OneOf(merging).apart(merged, at) : merged;
    List<Expr> all = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      String place = at + "/" + keyword + "/" + i;
      JsonNode one = written.get(i);
      boolean asItIs = alone && one.equals(merged.get(i));
      all.add(asItIs ? inline(branches.get(i), place) : new Expr.Call(mergedRule(one, place)));
    }
    return Expr.choice(all);
  }

  /// Returns the types that a schema allows: those it names, else those that its keywords are for.
  static Set<String> types(JsonNode schema) {
    Set<String> types = new LinkedHashSet<>();
    JsonNode named = schema.get("type");
    if (named != null) {
      Iterable<JsonNode> all = named instanceof ArrayNode list ? list : List.of(named);
      for (JsonNode type : all) {
        types.add(type.asString());
      }
      return types;
    }
    for (String keyword : schema.propertyNames()) {
      JsonNode value = schema.get(keyword);
      if (value.isContainer() && value.isEmpty()) {
        continue; // no members, no names: it says nothing
      }
      if (Keywords.OBJECT.contains(keyword)) {
        types.add("object");
      } else if (Keywords.ARRAY.contains(keyword)) {
        types.add("array");
      } else if (Keywords.NUMBER.contains(keyword)) {
        types.add("number");
      } else if (Keywords.TEXT.contains(keyword)) {
        types.add("string");
      }
    }
    return types;
  }

  private static Expr constants(JsonNode schema, Set<String> types, String at) {
    List<JsonNode> values = new ArrayList<>();
    if (schema.has("enum")) {
      schema.get("enum").forEach(values::add);
    }
    JsonNode only = schema.get("const");
    if (only != null) {
      values.removeIf(v -> !Values.equal(v, only));
      if (!schema.has("enum")) {
        values.add(only);
      }
    }
    boolean typed = schema.has("type");
    List<byte[]> written = new ArrayList<>();
    for (JsonNode value : values) {
      boolean right = !typed || Values.types(value).stream().anyMatch(types::contains);
      if (right && satisfies(value, schema, at)) {
        written.add(Texts.written(value).getBytes(StandardCharsets.UTF_8));
      }
    }
    if (written.isEmpty()) {
      return new Expr.Nothing();
    }
    return written.size() == 1
        ? new Expr.Literal(written.getFirst())
        : new Expr.Accepted(Literals.of(written, ENUM_STATES, "the values at " + at));
  }

  private static boolean satisfies(JsonNode value, JsonNode schema, String at) {
    for (String keyword : schema.propertyNames()) {
      boolean matters =
          (value.isObject() && Keywords.OBJECT.contains(keyword))
              || (value.isArray() && Keywords.ARRAY.contains(keyword));
      if (matters) {
        throw Keywords.together(keyword, "enum or const", at);
      }
    }
    if (value.isString()) {
      return Texts.satisfies(value.stringValue(), schema, at);
    }
    return !value.isNumber() || Numbers.satisfies(value, schema);
  }
}
