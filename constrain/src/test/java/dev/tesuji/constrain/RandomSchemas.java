package dev.tesuji.constrain;

import dev.tesuji.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Draws schemas of all supported keywords.
final class RandomSchemas {
  private static final List<String> NAMES =
      List.of("a", "b", "name", "naïve", "x y", "q\"uote", "back\\slash", "日本", "", "a/b~c", "id");

  private static final List<String> PATTERNS =
      List.of(
          "^[a-z]+$",
          "a",
          "^x|y$",
          "[0-9]{3}",
          "^(ab|cd)*$",
          "^[^\"]{0,4}$",
          "^\\w+\\s?\\w*$",
          ".",
          "^\\p{Lu}",
          "^\\d{1,3}(,\\d{3})*$",
          "(a|b)+c$",
          "^.{2,5}$",
          "\\\\|\"",
          "^[\\u00e0-\\u00ff]?$");

  private static final List<String> FORMATS =
      List.of(
          "date",
          "time",
          "date-time",
          "duration",
          "email",
          "hostname",
          "ipv4",
          "ipv6",
          "uri",
          "uri-reference",
          "json-pointer",
          "byte",
          "uuid");

  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  /// Draws a schema.
  ObjectNode next() {
    ObjectNode schema = value(3);
    if (random.nextInt(6) == 0) {
      ObjectNode root = object();
      ObjectNode node = root.putObject("$defs").putObject("node");
      node.put("type", "object").putArray("required").add("next");
      ObjectNode properties = node.putObject("properties");
      properties.set("value", value(1));
      ArrayNode next = properties.putObject("next").putArray("anyOf");
      next.addObject().put("$ref", "#/$defs/node");
      next.addObject().put("type", "null");
      root.put("type", "object").putArray("required").add("tree");
      root.putObject("properties").putObject("tree").put("$ref", "#/$defs/node");
      return root;
    }
    return schema;
  }

  private static ObjectNode object() {
    return Json.MAPPER.createObjectNode();
  }

  private boolean one(int in) {
    return random.nextInt(in) == 0;
  }

  private ObjectNode value(int depth) {
    int kind = random.nextInt(depth > 0 ? 15 : 7);
    return switch (kind) {
      case 0 -> object().put("type", one(2) ? "boolean" : "null");
      case 1, 2 -> number();
      case 3, 4 -> text();
      case 5 -> constants();
      case 6 -> {
        ObjectNode several = number();
        several.putArray("type").add("integer").add("string").add("null");
        several.remove("multipleOf");
        yield several;
      }
      case 7, 8, 9 -> members(depth);
      case 10, 11 -> list(depth);
      case 12 -> branches(depth);
      case 13 -> alternatives(depth);
      default -> merged(depth);
    };
  }

  private ObjectNode number() {
    ObjectNode schema = object().put("type", one(2) ? "integer" : "number");
    BigDecimal low = BigDecimal.valueOf(random.nextInt(-3000, 3000), random.nextInt(0, 4));
    BigDecimal high = low.add(BigDecimal.valueOf(random.nextInt(1, 20_000), random.nextInt(0, 3)));
    if (!one(3)) {
      schema.put(one(3) ? "exclusiveMinimum" : "minimum", low);
    }
    if (!one(3)) {
      schema.put(one(3) ? "exclusiveMaximum" : "maximum", high);
    }
    if (one(5)) {
      schema.put("multipleOf", random.nextInt(1, 12));
    }
    return schema;
  }

  private ObjectNode text() {
    ObjectNode schema = object().put("type", "string");
    switch (random.nextInt(4)) {
      case 0 -> schema.put("pattern", PATTERNS.get(random.nextInt(PATTERNS.size())));
      case 1 -> schema.put("format", FORMATS.get(random.nextInt(FORMATS.size())));
      default -> {}
    }
    if (!schema.has("format")) {
      if (one(2)) {
        schema.put("minLength", random.nextInt(4));
      }
      if (one(2)) {
        schema.put("maxLength", random.nextInt(3, 12));
      }
    }
    return schema;
  }

  private ObjectNode constants() {
    ObjectNode schema = object();
    List<Runnable> values = new ArrayList<>();
    ArrayNode all = Json.MAPPER.createArrayNode();
    values.add(() -> all.add("red"));
    values.add(() -> all.add("gr\"een\n"));
    values.add(() -> all.add(12));
    values.add(() -> all.add(new BigDecimal("-0.5")));
    values.add(all::addNull);
    values.add(() -> all.add(true));
    values.add(() -> all.addObject().put("k", 1).putArray("l").add("m"));
    values.add(() -> all.addArray().add("😀"));
    Collections.shuffle(values, random);
    values.subList(0, random.nextInt(1, values.size())).forEach(Runnable::run);
    if (one(3)) {
      schema.set("const", all.get(0));
    } else {
      schema.set("enum", all);
    }
    return schema;
  }

  private ObjectNode members(int depth) {
    ObjectNode schema = object().put("type", "object");
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    ObjectNode properties = object();
    ArrayNode required = Json.MAPPER.createArrayNode();
    for (String name : names.subList(0, random.nextInt(5))) {
      properties.set(name, value(depth - 1));
      if (one(2)) {
        required.add(name);
      }
    }
    if (one(6)) {
      required.add("undeclared");
    }
    schema.set("properties", properties);
    schema.set("required", required);
    switch (random.nextInt(4)) {
      case 0 -> schema.put("additionalProperties", false);
      case 1 -> schema.put("additionalProperties", true);
      case 2 -> schema.set("additionalProperties", value(0));
      default -> {}
    }
    if (schema.path("additionalProperties").isBoolean()
        && !schema.get("additionalProperties").booleanValue()) {
      schema.remove("required");
      if (!required.isEmpty() && properties.has(required.get(0).stringValue())) {
        schema.putArray("required").add(required.get(0));
      }
    }
    limit(schema, names, depth);
    return schema;
  }

  /// Adds, now and then, what says more about which members come together.
  private void limit(ObjectNode schema, List<String> names, int depth) {
    if (one(4)) {
      schema.putObject("dependentRequired").putArray(names.get(0)).add(names.get(1));
    }
    if (one(6)) {
      ArrayNode together = schema.putObject("not").putArray("required");
      names.subList(0, random.nextInt(1, 3)).forEach(together::add);
    }
    if (one(4)) {
      schema.put("minProperties", 1);
    }
    if (one(5)) {
      ObjectNode patterns = schema.putObject("patternProperties");
      for (String pattern : List.of("^[a-n]", "b|x")) {
        if (one(2)) {
          patterns.set(pattern, value(depth - 1));
        }
      }
    }
  }

  /// Draws objects of which one must have what another must not, beside what all may have.
  private ObjectNode alternatives(int depth) {
    ObjectNode schema = object().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    names.subList(0, 4).forEach(name -> properties.set(name, value(depth - 1)));
    ArrayNode all = schema.putArray("oneOf");
    for (int i = 0; i < random.nextInt(2, 4); i++) {
      ObjectNode branch = all.addObject();
      ArrayNode required = branch.putArray("required").add(names.get(i));
      if (one(2)) {
        required.add(names.get(random.nextInt(6)));
      }
      if (one(3)) {
        branch.putObject("properties").set(names.get(random.nextInt(6)), value(depth - 1));
      }
    }
    return schema;
  }

  private ObjectNode list(int depth) {
    ObjectNode schema = object().put("type", "array");
    if (!one(5)) {
      schema.set("items", value(depth - 1));
    }
    if (one(4)) {
      ArrayNode first = schema.putArray("prefixItems");
      for (int i = random.nextInt(1, 3); i > 0; i--) {
        first.add(value(depth - 1));
      }
    }
    if (one(2)) {
      schema.put("minItems", random.nextInt(3));
    }
    if (!one(3)) {
      schema.put("maxItems", random.nextInt(2, 5));
    }
    return schema;
  }

  private ObjectNode branches(int depth) {
    ObjectNode schema = object();
    boolean exclusive = one(3);
    ArrayNode all = schema.putArray(exclusive ? "oneOf" : "anyOf");
    for (int i = random.nextInt(2, 4); i > 0; i--) {
      if (exclusive) {
        ObjectNode branch = object().put("type", "object");
        branch.putObject("properties").putObject("kind").put("const", "kind" + i);
        ((ObjectNode) branch.get("properties")).set("data", value(depth - 1));
        branch.putArray("required").add("kind");
        all.add(branch);
      } else {
        all.add(value(depth - 1));
      }
    }
    return schema;
  }

  private ObjectNode merged(int depth) {
    ObjectNode schema = object();
    ArrayNode parts = schema.putArray("allOf");
    if (one(2)) {
      parts.add(number()).add(number());
    } else if (one(2)) {
      parts.add(text()).addObject().put("minLength", 1);
    } else {
      parts.add(members(depth)).add(members(depth));
    }
    return schema;
  }
}
