package dev.tesuji.yaml;

import dev.tesuji.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Describes records as JSON Schema (draft 7), for editors that complete and check YAML.
///
/// It takes what a [Binder] takes, but for numbers with underscores and constants in capitals,
/// which are better not written. That only one of several kinds may stand in a place of [Variants],
/// and what constructors check, it does not say.
public final class JsonSchema {
  private static final String REF = "#/definitions/";

  private final Keys keys;
  private final Descriptions descriptions;
  private final ObjectNode definitions = Json.MAPPER.createObjectNode();

  /// Gives what records and their components are for.
  @FunctionalInterface
  public interface Descriptions {
    /// Returns nothing of anything.
    Descriptions NONE = (_, _) -> Optional.empty();

    /// Returns what a component is for.
    Optional<String> of(Class<?> record, String component);
  }

  /// Begins a schema.
  public JsonSchema(Kinds kinds, Descriptions descriptions) {
    keys = new Keys(kinds);
    this.descriptions = descriptions;
  }

  /// Returns the definitions that schemas made so far refer to.
  public ObjectNode definitions() {
    return definitions;
  }

  /// Returns a schema of a value of a type.
  public ObjectNode value(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return list(list.getActualTypeArguments()[0]);
    }
    Class<?> c = (Class<?>) type;
    if (Kinds.isFamily(c)) {
      return family(c);
    }
    if (c.isRecord()) {
      return shortened(c);
    }
    ObjectNode schema = Json.MAPPER.createObjectNode();
    if (c.isEnum()) {
      ArrayNode words = schema.putArray("enum");
      Scalars.words(c).forEach(words::add);
      return schema;
    }
    return schema.put("type", scalar(c));
  }

  private static String scalar(Class<?> type) {
    if (Scalars.isWhole(type)) {
      return "integer";
    } else if (Scalars.isNumber(type)) {
      return "number";
    }
    return type == boolean.class ? "boolean" : "string";
  }

  private ObjectNode list(Type element) {
    ObjectNode list = Json.MAPPER.createObjectNode().put("type", "array");
    list.set("items", value(element));
    return element instanceof Class<?> c && Keys.shorthand(c).isPresent()
        ? anyOf(List.of(list, value(element)))
        : list;
  }

  /// Returns a record, or the bare value that stands for it.
  private ObjectNode shortened(Class<?> type) {
    Optional<String> bare = Keys.shorthand(type);
    for (RecordComponent c : type.getRecordComponents()) {
      if (bare.isPresent() && Keys.name(c).equals(bare.get())) {
        return anyOf(List.of(value(c.getGenericType()), reference(type)));
      }
    }
    return reference(type);
  }

  /// Returns the forms of a value of one of several kinds: `kind`, `kind: {...}` and `{kind: kind,
  /// ...}`.
  private ObjectNode family(Class<?> type) {
    String name = name(type);
    if (!definitions.has(name)) {
      ObjectNode place = definitions.putObject(name); // before its kinds, which may refer to it
      List<ObjectNode> forms = new ArrayList<>();
      ObjectNode bare = Json.MAPPER.createObjectNode();
      ArrayNode names = bare.putArray("enum");
      keys.kinds()
          .of(type)
          .forEach((word, kind) -> {
            boolean complete = record(kind).path("required").isEmpty();
            if (complete) {
              names.add(word);
            }
            ObjectNode content = shortened(kind);
            forms.add(mapping(word, complete ? nullable(content) : content));
            forms.add(reference(kind, word));
          });
      if (!names.isEmpty()) {
        forms.addFirst(bare);
      }
      place.setAll(anyOf(forms));
    }
    return reference(name);
  }

  /// Returns a mapping with one key.
  private static ObjectNode mapping(String key, ObjectNode value) {
    ObjectNode mapping = Json.MAPPER.createObjectNode().put("type", "object");
    mapping.putObject("properties").set(key, value);
    mapping.putArray("required").add(key);
    return mapping.put("additionalProperties", false);
  }

  private static String json(String scalar) {
    return scalar.matches("[-+.\\d]+|true|false|\\[]") ? scalar : '"' + scalar + '"';
  }

  private static ObjectNode nothing() {
    return Json.MAPPER.createObjectNode().put("type", "null");
  }

  private static ObjectNode anyOf(List<ObjectNode> schemas) {
    ObjectNode any = Json.MAPPER.createObjectNode();
    schemas.forEach(any.putArray("anyOf")::add);
    return any;
  }

  private ObjectNode reference(Class<?> type) {
    return define(type, null);
  }

  /// Returns a record with the name of its kind under `kind`.
  private ObjectNode reference(Class<?> type, String kind) {
    return define(type, kind);
  }

  private ObjectNode define(Class<?> type, @Nullable String kind) {
    String name = name(type) + (kind == null ? "" : ".kind-" + kind);
    if (!definitions.has(name)) {
      ObjectNode place = definitions.putObject(name); // before its content, which may refer to it
      ObjectNode content = record(type);
      place.setAll(content);
      if (kind != null) {
        place.withObject("/properties").putObject("kind").put("const", kind);
        place.withArray("/required").insert(0, "kind");
      }
    }
    return reference(name);
  }

  private static ObjectNode reference(String name) {
    return Json.MAPPER.createObjectNode().put("$ref", REF + name);
  }

  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return (outer == null ? "" : name(outer) + ".") + type.getSimpleName();
  }

  /// Returns a record as a mapping.
  public ObjectNode record(Class<?> type) {
    ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object");
    schema.putObject("properties");
    schema.put("additionalProperties", false);
    add(type, Keys.defaults(type), schema);
    return schema;
  }

  /// Adds the components of a record to a mapping.
  ///
  /// @param defaults the values of absent components; null where there are none
  private void add(Class<?> type, @Nullable Object defaults, ObjectNode schema) {
    for (RecordComponent c : type.getRecordComponents()) {
      Object absent = defaults == null ? null : Keys.read(c, defaults);
      if (Keys.isChoice(c)) {
        addChoice(type, c, absent, schema);
      } else if (Keys.isUnwrapped(c)) {
        add(c.getType(), absent == null ? Keys.defaults(c.getType()) : absent, schema);
      } else if (Keys.isRest(c)) {
        ArrayNode scalars = schema.putObject("additionalProperties").putArray("type");
        List.of("string", "number", "boolean").forEach(scalars::add);
      } else if (Keys.isVariant(c)) {
        keys.alternatives(c).forEach((name, kind) -> put(schema, name, nullable(shortened(kind))));
      } else {
        ObjectNode value = value(c.getGenericType());
        boolean optional =
            Keys.isNullable(c) || defaults != null || c.isAnnotationPresent(Default.class);
        describe(type, c, absent, put(schema, Keys.name(c), optional ? nullable(value) : value));
        if (!optional) {
          schema.withArray("/required").add(Keys.name(c));
        }
      }
    }
  }

  /// Adds the name of a kind, and the settings of all kinds, to a mapping.
  private void addChoice(
      Class<?> type, RecordComponent c, @Nullable Object absent, ObjectNode schema) {
    ObjectNode name = Json.MAPPER.createObjectNode();
    ArrayNode names = name.putArray("enum");
    Keys.choices(c)
        .forEach((word, kind) -> {
          names.add(word);
          add(kind, Keys.defaults(kind), schema);
        });
    describe(type, c, null, put(schema, c.getName(), name));
    if (absent != null) {
      name.put("default", Keys.word(absent.getClass()));
    }
  }

  private static ObjectNode nullable(ObjectNode schema) {
    List<ObjectNode> forms = new ArrayList<>();
    if (schema.has("anyOf")) {
      schema.path("anyOf").forEach(f -> forms.add((ObjectNode) f));
    } else {
      forms.add(schema);
    }
    forms.add(nothing());
    return anyOf(forms);
  }

  private static ObjectNode put(ObjectNode schema, String key, ObjectNode value) {
    schema.withObject("/properties").set(key, value);
    return value;
  }

  private void describe(
      Class<?> type, RecordComponent c, @Nullable Object absent, ObjectNode value) {
    descriptions.of(type, c.getName()).ifPresent(text -> value.put("description", text));
    Default written = c.getAnnotation(Default.class);
    switch (absent) {
      case Integer n -> value.put("default", n);
      case Long n -> value.put("default", n);
      case Double n -> value.put("default", n);
      case Boolean b -> value.put("default", b);
      case String s -> value.put("default", s);
      case Enum<?> e -> value.put("default", Scalars.word(e));
      case Path p -> value.put("default", p.toString());
      case null -> {
        if (written != null && !written.value().equals("{}")) {
          value.set("default", Json.MAPPER.readTree(json(written.value())));
        }
      }
      default -> {} // of lists and records, their own definitions tell
    }
  }
}
