package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.constrain.rules.Expr;
import dev.tesuji.constrain.rules.Rules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Schemas of objects and lists.
///
/// What a schema with named members does not mention is not written, unless it says
/// `additionalProperties`; likewise behind `prefixItems`. At most one blank follows a comma and a
/// colon, so that nothing can go on without saying anything.
final class Containers {
  private static final int ITEMS = 10_000;
  private static final int SOME = 50; // members, of which one must come
  private static final Expr BLANK = Expr.optional(Expr.literal(" "));
  private static final Expr COMMA = Expr.sequence(Expr.literal(","), BLANK);
  private static final Expr COLON = Expr.sequence(Expr.literal(":"), BLANK);

  private final SchemaReader reader;
  private final Rules rules;
  private @Nullable Expr any;

  Containers(SchemaReader reader, Rules rules) {
    this.reader = reader;
    this.rules = rules;
  }

  /// Returns the expression of any value.
  Expr anyValue() {
    if (any == null) {
      int rule = rules.declare("any value");
      Expr value = new Expr.Call(rule);
      any = value;
      Expr text = new Expr.JsonText(0, Expr.UNBOUNDED);
      Expr member = Expr.sequence(text, COLON, value);
      ObjectNode nothing = dev.tesuji.json.Json.MAPPER.createObjectNode();
      rules.define(
          rule,
          new Expr.Choice(
              List.of(
                  text,
                  Numbers.of(nothing, false, "any value"),
                  braces(new Expr.Members(List.of(), member, COMMA)),
                  list(List.of(), value, 0, Expr.UNBOUNDED),
                  Expr.literal("true"),
                  Expr.literal("false"),
                  Expr.literal("null"))));
    }
    return any;
  }

  private static Expr braces(Expr inside) {
    return Expr.sequence(Expr.literal("{"), inside, Expr.literal("}"));
  }

  /// Returns the expression of a schema's objects.
  Expr object(ObjectNode schema, String at) {
    Map<String, JsonNode> properties = new LinkedHashMap<>();
    schema.path("properties").properties().forEach(e -> properties.put(e.getKey(), e.getValue()));
    Set<String> required = new LinkedHashSet<>();
    for (JsonNode name : schema.path("required")) {
      required.add(name.stringValue());
    }
    checkCounts(schema, properties, required, at);
    JsonNode additional = schema.get("additionalProperties");
    boolean open = properties.isEmpty() && required.isEmpty();
    JsonNode others = additional == null ? BooleanNode.valueOf(open) : additional;
    JsonNode patterns = schema.path("patternProperties");
    for (String name : required) { // required, but not described
      boolean free = additional == null || isPatterned(name, patterns, at);
      properties.putIfAbsent(name, free ? BooleanNode.TRUE : additional);
    }
    List<Expr.Member> members = new ArrayList<>();
    properties.forEach((name, value) -> {
      String place = at + "/properties/" + pointer(name);
      Expr inside = reader.value(patterned(name, value, patterns, at), place);
      boolean must = required.contains(name);
      if (must || !(inside instanceof Expr.Nothing)) {
        members.add(
            new Expr.Member(Expr.sequence(Expr.literal(Texts.quoted(name)), COLON, inside), must));
      }
    });
    Expr more = more(schema, others, properties.keySet(), at);
    boolean some = required.isEmpty() && schema.path("minProperties").asInt(0) == 1;
    return braces(some ? some(members, more) : new Expr.Members(members, more, COMMA));
  }

  /// Returns the expression of members of which there is one at least: by which comes first.
  private static Expr some(List<Expr.Member> members, @Nullable Expr more) {
    List<Expr> all = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      List<Expr.Member> left = new ArrayList<>(members.subList(i, members.size()));
      left.set(0, new Expr.Member(left.getFirst().expr(), true));
      all.add(new Expr.Members(left, more, COMMA));
    }
    if (more != null) {
      all.add(separated(more, 1, Expr.UNBOUNDED));
    }
    return Expr.choice(all);
  }

  private static String pointer(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private @Nullable Expr more(ObjectNode schema, JsonNode others, Set<String> named, String at) {
    JsonNode names = schema.get("propertyNames");
    JsonNode patterns = schema.get("patternProperties");
    if (names != null && (!named.isEmpty() || patterns != null)) {
      throw Keywords.together(
          "propertyNames", named.isEmpty() ? "patternProperties" : "properties", at);
    }
    if (patterns != null && !patterns.isEmpty()) {
      return patterned(schema, patterns, named, at);
    }
    if (Exclusion.isFalse(others)) {
      return null;
    }
    Expr name = names == null ? Texts.allBut(named, at) : described(names, at + "/propertyNames");
    return Expr.sequence(name, COLON, reader.value(others, at + "/additionalProperties"));
  }

  /// Returns the expression of names that satisfy a schema.
  private Expr described(JsonNode names, String at) {
    ObjectNode both = JsonNodeFactory.instance.objectNode();
    both.putArray("allOf").addObject().put("type", "string");
    both.withArrayProperty("allOf").add(names);
    return reader.value(both, at);
  }

  /// Returns the expression of members whose names match a pattern, and no other, and of the others
  /// where such are allowed.
  private Expr patterned(ObjectNode schema, JsonNode patterns, Set<String> named, String at) {
    List<Expr> all = new ArrayList<>();
    Set<String> names = new HashSet<>(patterns.propertyNames());
    patterns
        .properties()
        .forEach(e -> {
          Set<String> rest = new HashSet<>(names);
          rest.remove(e.getKey());
          Expr name = Texts.names(e.getKey(), rest, named, at);
          String place = at + "/patternProperties/" + pointer(e.getKey());
          all.add(member(name, e.getValue(), place));
        });
    JsonNode others = schema.get("additionalProperties");
    if (others != null && !Exclusion.isFalse(others)) {
      Expr name = Texts.names(null, names, named, at);
      all.add(member(name, others, at + "/additionalProperties"));
    }
    return Expr.choice(all);
  }

  private Expr member(Expr name, JsonNode value, String at) {
    Expr inside = reader.value(value, at);
    return inside instanceof Expr.Nothing ? inside : Expr.sequence(name, COLON, inside);
  }

  private static boolean isPatterned(String name, JsonNode patterns, String at) {
    return patterns.propertyNames().stream().anyMatch(p -> Texts.matches(name, p, at));
  }

  /// Returns a member's schema, with those of the patterns that its name matches.
  private static JsonNode patterned(String name, JsonNode value, JsonNode patterns, String at) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode parts = all.putArray("allOf").add(value);
    for (Map.Entry<String, JsonNode> e : patterns.properties()) {
      if (Texts.matches(name, e.getKey(), at)) {
        parts.add(e.getValue());
      }
    }
    return parts.size() == 1 ? value : all;
  }

  /// Refuses bounds of the number of members, but those that hold anyway, and one at the least.
  private static void checkCounts(
      ObjectNode schema, Map<String, JsonNode> properties, Set<String> required, String at) {
    JsonNode min = schema.get("minProperties");
    boolean few = properties.size() <= SOME;
    int atLeast = Math.max(required.size(), few ? 1 : 0);
    if (min != null && min.decimalValue().compareTo(BigDecimal.valueOf(atLeast)) > 0) {
      throw Keywords.unsupported("minProperties", at);
    }
    JsonNode max = schema.get("maxProperties");
    JsonNode others = schema.get("additionalProperties");
    boolean closed = others == null ? !properties.isEmpty() : Exclusion.isFalse(others);
    if (max != null
        && !(closed && max.decimalValue().compareTo(BigDecimal.valueOf(properties.size())) >= 0)) {
      throw Keywords.unsupported("maxProperties", at);
    }
  }

  /// Returns the expression of a schema's lists.
  Expr array(ObjectNode schema, String at) {
    if (schema.path("uniqueItems").asBoolean(false)) {
      throw Keywords.unsupported("uniqueItems", at);
    }
    int min = count(schema, "minItems", 0, at);
    int max = count(schema, "maxItems", Expr.UNBOUNDED, at);
    JsonNode items = schema.get("items");
    JsonNode prefix = schema.get("prefixItems");
    String prefixAt = at + "/prefixItems/";
    if (items != null && items.isArray()) { // as before 2020
      prefix = items;
      prefixAt = at + "/items/";
      items = schema.get("additionalItems");
    }
    List<Expr> first = new ArrayList<>();
    for (int i = 0; prefix != null && i < prefix.size(); i++) {
      first.add(reader.value(prefix.get(i), prefixAt + i));
    }
    if (items == null) {
      items = BooleanNode.valueOf(first.isEmpty() || min > first.size());
    }
    return list(first, reader.value(items, at + "/items"), min, max);
  }

  private static int count(ObjectNode schema, String keyword, int absent, String at) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return absent;
    }
    if (value.decimalValue().compareTo(BigDecimal.valueOf(ITEMS)) > 0) {
      throw new BadInput(
          keyword + " at " + at + " must be at most " + ITEMS + ", got " + BadInput.brief(value));
    }
    return value.decimalValue().intValue();
  }

  private static Expr list(List<Expr> first, Expr items, int min, int max) {
    if (min > max) {
      return new Expr.Nothing();
    }
    int rest = max == Expr.UNBOUNDED ? max : Math.max(0, max - first.size());
    int restMin = Math.max(0, min - first.size());
    Expr tail;
    if (items instanceof Expr.Nothing) {
      tail = restMin > 0 ? items : Expr.literal("");
    } else if (first.isEmpty()) {
      tail = separated(items, restMin, rest);
    } else {
      tail = new Expr.Repeat(Expr.sequence(COMMA, items), restMin, rest);
    }
    for (int i = Math.min(first.size(), max) - 1; i >= 0; i--) {
      Expr one = i == 0 ? first.get(i) : Expr.sequence(COMMA, first.get(i));
      Expr with = Expr.sequence(one, tail);
      tail = i < min ? with : Expr.optional(with);
    }
    return Expr.sequence(Expr.literal("["), tail, Expr.literal("]"));
  }

  private static Expr separated(Expr items, int min, int max) {
    if (max == 0) {
      return Expr.literal("");
    }
    int more = max == Expr.UNBOUNDED ? max : max - 1;
    Expr some =
        Expr.sequence(
            items, new Expr.Repeat(Expr.sequence(COMMA, items), Math.max(0, min - 1), more));
    return min > 0 ? some : Expr.optional(some);
  }
}
