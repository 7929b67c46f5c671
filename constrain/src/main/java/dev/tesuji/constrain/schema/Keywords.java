package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// The keywords of JSON Schema: which are read, which say nothing about values, and which are
/// refused.
final class Keywords {
  static final Set<String> OBJECT =
      Set.of(
          "properties",
          "required",
          "additionalProperties",
          "patternProperties",
          "propertyNames",
          "minProperties",
          "maxProperties");

  static final Set<String> ARRAY =
      Set.of("items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems");

  static final Set<String> NUMBER =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  static final Set<String> TEXT = Set.of("minLength", "maxLength", "pattern", "format");

  private static final Set<String> GENERAL =
      Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref");

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "examples",
          "example",
          "$schema",
          "$id",
          "id",
          "$comment",
          "$anchor",
          "$defs",
          "definitions",
          "deprecated",
          "readOnly",
          "writeOnly",
          "contentMediaType",
          "contentEncoding",
          "contentSchema",
          "discriminator",
          "nullable");

  private static final Set<String> REFUSED =
      Set.of(
          "if",
          "then",
          "else",
          "contains",
          "minContains",
          "maxContains",
          "unevaluatedItems",
          "unevaluatedProperties",
          "$dynamicRef",
          "$recursiveRef");

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "null", "number", "object", "string");

  private static final int DIGITS = 400;

  private Keywords() {}

  /// Returns whether a keyword says something about values.
  static boolean asserts(String keyword) {
    return GENERAL.contains(keyword)
        || Dependents.KEYWORDS.contains(keyword)
        || OBJECT.contains(keyword)
        || ARRAY.contains(keyword)
        || NUMBER.contains(keyword)
        || TEXT.contains(keyword);
  }

  /// Refuses what is no schema, and schemas with keywords that are not supported.
  static void check(JsonNode schema, String at) {
    if (schema.isBoolean()) {
      return;
    }
    if (!schema.isObject()) {
      throw new BadInput(
          "the schema at " + at + " must be an object or a boolean, got " + BadInput.brief(schema));
    }
    for (Map.Entry<String, JsonNode> e : schema.properties()) {
      String keyword = e.getKey();
      if (REFUSED.contains(keyword)) {
        throw unsupported(keyword, at);
      }
      if (!asserts(keyword) && !ANNOTATIONS.contains(keyword)) {
        checkSpelling(keyword, at);
      }
    }
    if (schema.has("$id") && !at.equals("#")) {
      throw unsupported("$id", at);
    }
    checkKinds(schema, at);
  }

  /// Refuses values of the wrong kind.
  private static void checkKinds(JsonNode schema, String at) {
    for (String keyword :
        List.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")) {
      must(schema, keyword, at, "an object", JsonNode::isObject);
    }
    for (String keyword : List.of("dependencies", "dependentRequired")) {
      boolean schemas = keyword.equals("dependencies");
      must(
          schema,
          keyword,
          at,
          "an object of lists of names" + (schemas ? ", or schemas" : ""),
          n ->
              n.isObject()
                  && all(
                      n, v -> v.isArray() ? all(v, JsonNode::isString) : schemas && !v.isNull()));
    }
    if (schema.has("not") && !isOfRequired(schema.get("not"))) {
      throw unsupported("not", at);
    }
    must(
        schema,
        "type",
        at,
        "one of " + String.join(", ", TYPES) + ", or a list of them",
        n -> n.isArray() ? all(n, Keywords::isType) : isType(n));
    must(schema, "required", at, "a list of names", n -> n.isArray() && all(n, JsonNode::isString));
    for (String keyword : List.of("enum", "prefixItems")) {
      must(schema, keyword, at, "a list", JsonNode::isArray);
    }
    for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
      must(schema, keyword, at, "a list with members", n -> n.isArray() && !n.isEmpty());
    }
    for (String keyword :
        List.of(
            "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")) {
      must(
          schema,
          keyword,
          at,
          "a whole number that is not negative",
          n -> n.isNumber() && n.decimalValue().signum() >= 0 && isWhole(n));
    }
    for (String keyword : NUMBER) {
      must(
          schema,
          keyword,
          at,
          "a number of at most " + DIGITS + " digits",
          n -> n.isNumber() && isShort(n));
    }
    for (String keyword : List.of("pattern", "format", "$ref")) {
      must(schema, keyword, at, "text", JsonNode::isString);
    }
    must(schema, "uniqueItems", at, "true or false", JsonNode::isBoolean);
  }

  /// Returns whether a schema asks for members and nothing else.
  private static boolean isOfRequired(JsonNode schema) {
    JsonNode required = schema.get("required");
    return required != null
        && required.isArray()
        && !required.isEmpty()
        && all(required, JsonNode::isString)
        && schema.propertyNames().stream().noneMatch(k -> asserts(k) && !k.equals("required"));
  }

  private static boolean isType(JsonNode name) {
    return name.isString() && TYPES.contains(name.stringValue());
  }

  private static boolean all(JsonNode list, Predicate<JsonNode> test) {
    for (JsonNode n : list) {
      if (!test.test(n)) {
        return false;
      }
    }
    return true;
  }

  private static void must(
      JsonNode schema, String keyword, String at, String constraint, Predicate<JsonNode> holds) {
    JsonNode value = schema.get(keyword);
    if (value != null && !holds.test(value)) {
      throw new BadInput(
          keyword + " at " + at + " must be " + constraint + ", got " + BadInput.brief(value));
    }
  }

  /// Returns whether a number can be computed with: 1e999999999 would fill the memory.
  static boolean isShort(JsonNode number) {
    BigDecimal value = number.decimalValue();
    return value.precision() <= DIGITS
        && value.precision() - (long) value.scale() <= DIGITS
        && value.scale() <= DIGITS;
  }

  /// Returns whether a number is whole; 1e400 is.
  static boolean isWhole(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  /// Refuses a keyword that is close to one that is known; the standard has others ignored. Who
  /// writes a mark before a keyword (`_format`) has put it out of use.
  private static void checkSpelling(String keyword, String at) {
    if (keyword.isEmpty() || !Character.isLetter(keyword.codePointAt(0))) {
      return;
    }
    List<String> known = new ArrayList<>();
    for (Set<String> some :
        List.of(OBJECT, ARRAY, NUMBER, TEXT, GENERAL, Dependents.KEYWORDS, REFUSED)) {
      known.addAll(some);
    }
    for (String k : known) {
      if (k.length() > 4 && DidYouMean.distance(keyword, k) <= 2) {
        throw new BadInput(
            "the schema at "
                + at
                + " must have keywords of JSON Schema, got '"
                + BadInput.brief(keyword)
                + "' (did you mean '"
                + k
                + "'?)");
      }
    }
  }

  /// Makes the error for a keyword that is not supported.
  static BadInput unsupported(String keyword, String at) {
    return new BadInput(
        "the schema at " + at + " must do without '" + keyword + "', which is not supported");
  }

  /// Makes the error for keywords that are not supported beside each other.
  static BadInput together(String keyword, String other, String at) {
    return new BadInput(
        "the schema at "
            + at
            + " must do without '"
            + keyword
            + "' beside '"
            + other
            + "', which is not supported");
  }
}
