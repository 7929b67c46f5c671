package dev.tesuji.constrain;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Validates values against schemas the plain way, keyword by keyword, as the standard reads: what
/// grammars are held to. It shares no code with them.
record Validator(JsonNode root) {
  /// Returns whether a value satisfies the schema.
  boolean accepts(JsonNode value) {
    return accepts(value, root);
  }

  private boolean accepts(JsonNode value, JsonNode schema) {
    if (schema.isBoolean()) {
      return schema.booleanValue();
    }
    for (Map.Entry<String, JsonNode> e : schema.properties()) {
      if (!holds(e.getKey(), e.getValue(), value, schema)) {
        return false;
      }
    }
    return true;
  }

  private boolean holds(String keyword, JsonNode k, JsonNode value, JsonNode schema) {
    return switch (keyword) {
      case "$ref" -> accepts(value, target(k.stringValue()));
      case "type" -> isType(value, k);
      case "const" -> equal(value, k);
      case "enum" -> count(k, v -> equal(value, v)) > 0;
      case "anyOf" -> count(k, s -> accepts(value, s)) > 0;
      case "oneOf" -> count(k, s -> accepts(value, s)) == 1;
      case "allOf" -> count(k, s -> accepts(value, s)) == k.size();
      case "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf" ->
          !value.isNumber() || number(keyword, k.decimalValue(), value.decimalValue());
      case "minLength", "maxLength", "pattern", "format" ->
          !value.isString() || text(keyword, k, value.stringValue());
      case "properties",
          "patternProperties",
          "required",
          "minProperties",
          "dependentRequired",
          "additionalProperties" ->
          !value.isObject() || object(keyword, k, value, schema);
      case "not" -> !accepts(value, k);
      case "items", "prefixItems", "minItems", "maxItems" ->
          !value.isArray() || array(keyword, k, value, schema);
      case "$defs" -> true;
      default -> throw new AssertionError(keyword);
    };
  }

  private JsonNode target(String reference) {
    return root.at(reference.substring(1));
  }

  private static int count(JsonNode list, java.util.function.Predicate<JsonNode> test) {
    int count = 0;
    for (JsonNode n : list) {
      count += test.test(n) ? 1 : 0;
    }
    return count;
  }

  private static boolean isType(JsonNode value, JsonNode type) {
    if (type.isArray()) {
      return count(type, t -> isType(value, t)) > 0;
    }
    return switch (type.stringValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "number" -> value.isNumber();
      case "integer" ->
          value.isNumber()
              && value.decimalValue().remainder(BigDecimal.ONE).compareTo(BigDecimal.ZERO) == 0;
      default -> throw new AssertionError(type);
    };
  }

  private static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isContainer() && b.isContainer() && a.size() == b.size()) {
      if (a.isArray() != b.isArray()) {
        return false;
      }
      for (int i = 0; a.isArray() && i < a.size(); i++) {
        if (!equal(a.get(i), b.get(i))) {
          return false;
        }
      }
      for (String name : a.propertyNames()) {
        if (!b.has(name) || !equal(a.get(name), b.get(name))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  private static boolean number(String keyword, BigDecimal bound, BigDecimal value) {
    int order = value.compareTo(bound);
    return switch (keyword) {
      case "minimum" -> order >= 0;
      case "exclusiveMinimum" -> order > 0;
      case "maximum" -> order <= 0;
      case "exclusiveMaximum" -> order < 0;
      default -> value.remainder(bound).compareTo(BigDecimal.ZERO) == 0;
    };
  }

  private static boolean text(String keyword, JsonNode k, String value) {
    int length = value.codePointCount(0, value.length());
    return switch (keyword) {
      case "minLength" -> length >= k.intValue();
      case "maxLength" -> length <= k.intValue();
      case "pattern" -> found(k.stringValue(), value);
      default -> isFormat(k.stringValue(), value);
    };
  }

  private static boolean found(String pattern, String text) {
    return Pattern.compile(ofJava(pattern)).matcher(text).find();
  }

  /// Writes an expression of ECMA 262 as Java means it: `$` is the very end, blanks are Unicode's.
  private static String ofJava(String pattern) {
    return pattern.replaceAll("\\$$", "\\\\z").replace("\\s", "[\\s\\x{feff}\\p{Z}]");
  }

  private static boolean isFormat(String format, String value) {
    try {
      return switch (format) {
        case "date" -> LocalDate.parse(value).toString().equals(value);
        case "time" -> OffsetTime.parse(value) != null;
        case "date-time" -> OffsetDateTime.parse(value) != null;
        case "duration" -> isDuration(value);
        case "uuid" -> UUID.fromString(value).toString().equalsIgnoreCase(value);
        case "ipv4" -> isIpv4(value);
        case "ipv6" -> URI.create("http://[" + value + "]/").getHost() != null;
        case "uri" -> URI.create(value).isAbsolute();
        case "uri-reference" -> URI.create(value) != null;
        case "json-pointer" -> tools.jackson.core.JsonPointer.compile(value) != null;
        case "byte" -> Base64.getDecoder().decode(value) != null && value.length() % 4 == 0;
        case "hostname" -> isHost(value);
        case "email" -> isHost(value.substring(value.indexOf('@') + 1)) && value.indexOf('@') > 0;
        default -> throw new AssertionError(format);
      };
    } catch (java.time.DateTimeException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isDuration(String value) {
    int time = value.indexOf('T');
    if (time < 0) {
      return Period.parse(value) != null;
    }
    boolean days = time == 1 || Period.parse(value.substring(0, time)) != null;
    return days && Duration.parse("P" + value.substring(time)) != null;
  }

  private static boolean isIpv4(String value) {
    String[] parts = value.split("\\.", -1);
    for (String p : parts) {
      if (!Integer.toString(Integer.parseInt(p)).equals(p) || Integer.parseInt(p) > 255) {
        return false;
      }
    }
    return parts.length == 4;
  }

  private static boolean isHost(String value) {
    for (String label : value.split("\\.", -1)) {
      if (label.isEmpty()
          || label.length() > 63
          || label.startsWith("-")
          || label.endsWith("-")
          || !label.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-'))) {
        return false;
      }
    }
    return value.length() <= 253;
  }

  private boolean object(String keyword, JsonNode k, JsonNode value, JsonNode schema) {
    Set<String> named = new HashSet<>(schema.path("properties").propertyNames());
    for (String name : value.propertyNames()) {
      boolean right =
          switch (keyword) {
            case "properties" -> !k.has(name) || accepts(value.get(name), k.get(name));
            case "patternProperties" ->
                k.properties().stream()
                    .allMatch(
                        e -> !found(e.getKey(), name) || accepts(value.get(name), e.getValue()));
            case "dependentRequired" -> count(k.path(name), n -> !value.has(n.stringValue())) == 0;
            case "additionalProperties" ->
                named.contains(name)
                    || schema.path("patternProperties").propertyNames().stream()
                        .anyMatch(pattern -> found(pattern, name))
                    || accepts(value.get(name), k);
            default -> true;
          };
      if (!right) {
        return false;
      }
    }
    return switch (keyword) {
      case "required" -> count(k, n -> value.has(n.stringValue())) == k.size();
      case "minProperties" -> value.size() >= k.intValue();
      default -> true;
    };
  }

  private boolean array(String keyword, JsonNode k, JsonNode value, JsonNode schema) {
    int first = schema.path("prefixItems").size();
    for (int i = 0; i < value.size(); i++) {
      boolean right =
          switch (keyword) {
            case "prefixItems" -> i >= k.size() || accepts(value.get(i), k.get(i));
            case "items" -> i < first || accepts(value.get(i), k);
            default -> true;
          };
      if (!right) {
        return false;
      }
    }
    return switch (keyword) {
      case "minItems" -> value.size() >= k.intValue();
      case "maxItems" -> value.size() <= k.intValue();
      default -> true;
    };
  }
}
