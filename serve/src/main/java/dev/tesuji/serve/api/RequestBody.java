package dev.tesuji.serve.api;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.http.HttpHead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON object that a request has for a body, or an object inside of it. Fields that are null
/// count as absent. Errors name the field.
public final class RequestBody {
  private static final int BYTES = 1024; // of Java's memory, for each value
  private static final Pattern JSON_TYPE = Pattern.compile("application/([a-z.-]+\\+)?json");

  /// Holds what a body of the largest size can have of lists and numbers in a part of Java's
  /// memory.
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxTokenCount(Runtime.getRuntime().maxMemory() / BYTES)
                          .build())
                  .build())
          .build();

  private final ObjectNode fields;
  private final String prefix;
  private final Set<String> read = new HashSet<>();

  private RequestBody(ObjectNode fields, String prefix) {
    this.fields = fields;
    this.prefix = prefix;
  }

  /// Makes one of an object inside of another.
  ///
  /// @param prefix its path in the whole, which errors name
  public static RequestBody of(ObjectNode fields, String prefix) {
    return new RequestBody(fields, prefix + ".");
  }

  /// Makes one of a body that was read before.
  public static RequestBody whole(ObjectNode fields) {
    return new RequestBody(fields, "");
  }

  /// Reads a body.
  ///
  /// @throws ApiError when it is not a JSON object of that content type
  public static RequestBody parse(HttpHead head, byte[] body) {
    String type = head.header("content-type");
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!JSON_TYPE.matcher(media).matches()) {
      throw ApiError.invalid(
          "the header Content-Type must be application/json, got '" + BadInput.brief(media) + "'");
    }
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode object) {
        Json.requireUnicode(object, BadInput::new);
        return new RequestBody(object, "");
      }
    } catch (StreamConstraintsException e) {
      throw ApiError.invalid(
          "the body must be within the limits of this server: "
              + BadInput.brief(e.getOriginalMessage()));
    } catch (JacksonException e) {
      throw ApiError.invalid("the body must be JSON: " + BadInput.brief(e.getOriginalMessage()));
    } catch (BadInput e) {
      throw ApiError.invalid(String.valueOf(e.getMessage()));
    }
    throw ApiError.invalid("the body must be a JSON object ({...})");
  }

  /// Returns the path of a field in the whole body.
  public String path(String name) {
    return prefix + name;
  }

  /// Returns a field; null where it is absent.
  public @Nullable JsonNode get(String name) {
    read.add(name);
    JsonNode node = fields.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /// Returns the fields that nobody asked for.
  public List<String> unread() {
    List<String> unread = new ArrayList<>(fields.propertyNames());
    unread.removeAll(read);
    return unread;
  }

  /// Takes note of fields that are accepted and mean nothing here.
  public void ignore(String... names) {
    read.addAll(List.of(names));
  }

  /// Refuses fields that this server knows and does not do.
  ///
  /// @throws ApiError when one of them is there
  public void refuse(String... names) {
    for (String name : names) {
      JsonNode node = get(name);
      if (node != null && !(node.isBoolean() && !node.booleanValue())) {
        throw ApiError.unsupported(path(name), path(name) + " is not supported by this server");
      }
    }
  }

  /// Makes the error of a field that must be something else.
  public ApiError wrong(String name, String constraint, Object got) {
    return ApiError.invalid(
        path(name), path(name) + " must be " + constraint + ", got " + BadInput.brief(got));
  }

  /// Returns a text; null where it is absent.
  public @Nullable String text(String name) {
    JsonNode node = get(name);
    if (node != null && !node.isString()) {
      throw wrong(name, "text", node);
    }
    return node == null ? null : node.stringValue();
  }

  /// Returns one of some words.
  ///
  /// @param otherwise where it is absent
  public String word(String name, String otherwise, List<String> words) {
    String text = text(name);
    if (text != null && !words.contains(text)) {
      throw wrong(name, "one of " + String.join(", ", words), "'" + text + "'");
    }
    return text == null ? otherwise : text;
  }

  /// Returns a number within a range.
  ///
  /// @param otherwise where it is absent
  public double number(String name, double otherwise, double low, double high) {
    JsonNode node = get(name);
    if (node == null) {
      return otherwise;
    }
    double value = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
    if (!(value >= low && value <= high)) {
      throw wrong(name, "a number from " + brief(low) + " to " + brief(high), node);
    }
    return value;
  }

  private static String brief(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /// Returns a whole number within a range; null where it is absent.
  public @Nullable Integer integer(String name, int low, int high) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    double value = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
    if (value != Math.rint(value) || value < low || value > high) {
      String range =
          high == Integer.MAX_VALUE ? "of at least " + low : "from " + low + " to " + high;
      throw wrong(name, "a whole number " + range, node);
    }
    return (int) value;
  }

  /// Returns a whole number within a range.
  ///
  /// @param otherwise where it is absent
  public int integer(String name, int otherwise, int low, int high) {
    Integer value = integer(name, low, high);
    return value == null ? otherwise : value;
  }

  /// Returns a truth.
  ///
  /// @param otherwise where it is absent
  public boolean flag(String name, boolean otherwise) {
    JsonNode node = get(name);
    if (node != null && !node.isBoolean()) {
      throw wrong(name, "true or false", node);
    }
    return node == null ? otherwise : node.booleanValue();
  }

  /// Returns an object; null where it is absent.
  public @Nullable RequestBody object(String name) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!(node instanceof ObjectNode object)) {
      throw wrong(name, "an object", node);
    }
    return new RequestBody(object, path(name) + ".");
  }

  /// Returns all fields.
  public ObjectNode fields() {
    return fields;
  }

  /// Returns a list of token ids; null where it is absent.
  ///
  /// @param vocabulary how many tokens there are
  public int @Nullable [] ids(String name, int vocabulary) {
    JsonNode node = get(name);
    return node == null ? null : ids(name, node, vocabulary);
  }

  /// Reads a list of token ids out of a field.
  public int[] ids(String name, JsonNode node, int vocabulary) {
    if (!node.isArray()) {
      throw wrong(name, "a list of token ids", node);
    }
    int[] ids = new int[node.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = node.get(i);
      if (!id.isIntegralNumber()
          || !id.canConvertToInt()
          || id.intValue() < 0
          || id.intValue() >= vocabulary) {
        throw wrong(name + "[" + i + "]", "a token id from 0 to " + (vocabulary - 1), id);
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}
