package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.recipe.Yaml.Items;
import dev.tesuji.recipe.Yaml.Mapping;
import dev.tesuji.recipe.Yaml.Place;
import dev.tesuji.recipe.Yaml.Scalar;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns YAML into records and back.
///
/// A mapping becomes a record, key by component. Keys that are absent take the value of the
/// record's constant `DEFAULT`, where it has one, and are required where it has none, unless the
/// component is `@Nullable`. A sealed interface is written as a mapping with one key, the name of
/// the kind (`chainSums: {maxTerms: 6}`), as that name alone, or, in lists, with the name under
/// `kind` beside its settings (`{kind: overlong, buffer: 16}`). The keys of a component that is
/// [Flat] stand among those of the record that has it. A bare value stands for a record with one
/// component that is [Bare], and one such record for a list of them. What a record's constructor
/// refuses is reported with the place of the mapping.
final class Binder {
  private static final String KIND = "kind";

  private Binder() {}

  /// Binds a value.
  ///
  /// @throws BadInput naming the place, the key and what it must be, of all mistakes, a line each
  static <T> T bind(Class<T> type, Yaml yaml, String key) {
    Object bound = value(type, yaml, key);
    if (bound == null) {
      throw yaml.place().bad("'" + key + "' must be given");
    }
    return type.cast(bound);
  }

  private static @Nullable Object value(Type type, Yaml yaml, String key) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return list(list.getActualTypeArguments()[0], yaml, key);
    }
    Class<?> c = (Class<?>) type;
    if (yaml instanceof Scalar s && s.isNull()) {
      return null;
    }
    if (c.isSealed()) {
      return kind(c, yaml, key);
    }
    if (c.isRecord()) {
      return record(c, dressed(c, yaml), key);
    }
    if (!(yaml instanceof Scalar scalar)) {
      throw yaml.place().bad("'" + key + "' must be " + describe(c) + ", got a list or mapping");
    }
    return scalar(c, scalar, key);
  }

  /// Returns a bare value as the mapping that it stands for.
  private static Yaml dressed(Class<?> type, Yaml yaml) {
    Optional<String> bare = bare(type);
    if (bare.isEmpty() || !(yaml instanceof Scalar)) {
      return yaml;
    }
    return new Mapping(new LinkedHashMap<>(Map.of(bare.get(), yaml)), yaml.place());
  }

  /// Returns the component that a bare value stands for.
  private static Optional<String> bare(Class<?> type) {
    return Arrays.stream(type.isRecord() ? type.getRecordComponents() : new RecordComponent[0])
        .filter(c -> c.isAnnotationPresent(Bare.class))
        .map(RecordComponent::getName)
        .findFirst();
  }

  private static List<Object> list(Type element, Yaml given, String key) {
    Yaml yaml = given;
    if (!(given instanceof Items) && element instanceof Class<?> c && bare(c).isPresent()) {
      boolean none = given instanceof Scalar s && s.isNull();
      yaml = new Items(none ? List.of() : List.of(given), given.place());
    }
    if (!(yaml instanceof Items items)) {
      throw yaml.place().bad("'" + key + "' must be a list (- item)");
    }
    List<Object> list = new ArrayList<>();
    Mistakes mistakes = new Mistakes();
    for (Yaml item : items.items()) {
      mistakes.among(() -> {
        Object value = value(element, item, key);
        if (value == null) {
          throw item.place().bad("'" + key + "' must not have empty items");
        }
        return list.add(value);
      });
    }
    mistakes.report();
    return list;
  }

  private static @Nullable Object kind(Class<?> sealed, Yaml yaml, String key) {
    String name;
    Yaml content;
    if (yaml instanceof Mapping m && m.entries().get(KIND) instanceof Scalar s) {
      name = s.text();
      Mapping rest = new Mapping(new LinkedHashMap<>(m.entries()), m.place());
      rest.entries().remove(KIND);
      content = rest;
    } else if (yaml instanceof Mapping m && m.entries().size() == 1) {
      name = m.entries().firstEntry().getKey();
      content = m.entries().firstEntry().getValue();
    } else if (yaml instanceof Scalar s) {
      name = s.text();
      content = new Mapping(new LinkedHashMap<>(), yaml.place());
    } else {
      throw yaml.place()
          .bad("'" + key + "' must name one kind" + DidYouMean.hint("", kinds(sealed).keySet()));
    }
    Class<?> type = kinds(sealed).get(name);
    if (type == null) {
      throw yaml.place()
          .bad(
              "unknown kind '"
                  + name
                  + "' of '"
                  + key
                  + "'"
                  + DidYouMean.hint(name, kinds(sealed).keySet()));
    }
    return record(type, orEmpty(content), name);
  }

  private static Object record(Class<?> type, Yaml yaml, String key) {
    return record(type, yaml, key, Map.of(), defaults(type));
  }

  /// @param others the kinds that could stand in its place, by name
  /// @param defaults the record whose values stand for keys that are absent
  static Object record(
      Class<?> type,
      Yaml yaml,
      String key,
      Map<String, Class<?>> others,
      @Nullable Object defaults) {
    if (!(yaml instanceof Mapping mapping)) {
      throw yaml.place().bad("'" + key + "' must be a mapping (name: value)");
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = keys(type);
    Mistakes mistakes = new Mistakes();
    mapping
        .entries()
        .forEach((name, given) -> {
          if (!names.contains(name)) {
            String problem = "unknown key '" + name + "' in '" + key + "'";
            mistakes.add(given.place().bad(problem + hint(name, names, others)));
          }
        });
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      RecordComponent c = components[i];
      values[i] =
          mistakes.among(() ->
              isFlat(c)
                  ? flat(c, mapping, key, defaultsOf(c, defaults))
                  : component(c, mapping, key, defaults));
    }
    mistakes.report();
    return construct(type, components, values, mapping.place(), key);
  }

  private static Object flat(
      RecordComponent c, Mapping mapping, String key, @Nullable Object defaults) {
    return Choice.is(c)
        ? Choice.bind(c, mapping, key, defaults)
        : record(c.getType(), part(mapping, c.getType()), key, Map.of(), defaults);
  }

  /// What is wrong in one place, so that all of it is said at once.
  static final class Mistakes {
    private final List<BadInput> found = new ArrayList<>();

    void add(BadInput mistake) {
      found.add(mistake);
    }

    /// Returns a value; null, and one mistake more, where it cannot be had.
    <T extends @Nullable Object> @Nullable T among(Supplier<T> value) {
      try {
        return value.get();
      } catch (BadInput e) {
        found.add(e);
        return null;
      }
    }

    void report() {
      if (found.size() == 1) {
        throw found.getFirst();
      }
      if (!found.isEmpty()) {
        String all = found.stream().map(BadInput::getMessage).collect(Collectors.joining("\n"));
        throw new BadInput(all, found.getFirst());
      }
    }
  }

  /// Says what a key that is unknown here may have meant.
  private static String hint(String key, List<String> names, Map<String, Class<?>> others) {
    List<String> owners =
        others.entrySet().stream()
            .filter(o -> keys(o.getValue()).contains(key))
            .map(Map.Entry::getKey)
            .toList();
    return owners.isEmpty()
        ? DidYouMean.hint(key, names)
        : " (it is a key of " + String.join(", ", owners) + ")";
  }

  /// Returns the keys that a record's mapping may have.
  static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).flatMap(c -> keys(c).stream()).toList();
  }

  /// Returns the keys under which a component can be written.
  private static List<String> keys(RecordComponent component) {
    if (Choice.is(component)) {
      return Choice.keys(component);
    }
    if (isFlat(component)) {
      return keys(component.getType());
    }
    return alternatives(component).isEmpty()
        ? List.of(component.getName())
        : List.copyOf(alternatives(component).keySet());
  }

  /// Returns the kinds of a component that is written under the name of its kind; none for others.
  private static Map<String, Class<?>> alternatives(RecordComponent component) {
    OneOf oneOf = component.getAnnotation(OneOf.class);
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : oneOf == null ? new Class<?>[0] : oneOf.value()) {
      kinds.put(name(kind), kind);
    }
    return kinds;
  }

  /// Returns the keys that cannot stand beside a key in a kind's mapping.
  static Set<String> rivals(Class<?> sealed, String kind, String key) {
    Class<?> type = kinds(sealed).get(kind);
    Set<String> rivals = new HashSet<>();
    for (RecordComponent c : type == null ? new RecordComponent[0] : type.getRecordComponents()) {
      if (alternatives(c).containsKey(key)) {
        rivals.addAll(alternatives(c).keySet());
        rivals.remove(key);
      }
    }
    return rivals;
  }

  private static @Nullable Object alternative(RecordComponent component, Mapping mapping) {
    Map<String, Class<?>> kinds = alternatives(component);
    List<String> given = mapping.entries().keySet().stream().filter(kinds::containsKey).toList();
    if (given.isEmpty()) {
      return null;
    }
    String name = given.getLast();
    Yaml content = mapping.entries().get(name);
    Class<?> type = kinds.get(name);
    if (content == null || type == null) {
      throw new IllegalStateException(name + " is in neither");
    }
    if (given.size() > 1) {
      throw content.place().bad("only one of '" + String.join("' and '", given) + "' can be given");
    }
    return record(type, orEmpty(content), name, kinds, defaults(type));
  }

  private static Yaml orEmpty(Yaml content) {
    return content instanceof Scalar s && s.isNull()
        ? new Mapping(new LinkedHashMap<>(), content.place())
        : content;
  }

  private static boolean isFlat(RecordComponent component) {
    return component.isAnnotationPresent(Flat.class)
        || component.isAnnotationPresent(Unwrapped.class);
  }

  private static @Nullable Object defaultsOf(RecordComponent flat, @Nullable Object owner) {
    return owner == null ? defaults(flat.getType()) : read(flat, owner);
  }

  /// Returns the part of a mapping that belongs to a flat component.
  static Mapping part(Mapping mapping, Class<?> type) {
    Mapping part = new Mapping(new LinkedHashMap<>(mapping.entries()), mapping.place());
    part.entries().keySet().retainAll(keys(type));
    return part;
  }

  private static @Nullable Object component(
      RecordComponent component, Mapping mapping, String key, @Nullable Object defaults) {
    Yaml given = mapping.entries().get(component.getName());
    Object value =
        given == null
            ? alternative(component, mapping)
            : value(component.getGenericType(), given, component.getName());
    if (value == null && defaults != null) {
      value = read(component, defaults);
    }
    if (value == null && !component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
      Place place = given == null ? mapping.place() : given.place();
      throw place.bad("'" + component.getName() + "' of '" + key + "' must be given");
    }
    return value;
  }

  private static Object construct(
      Class<?> type, RecordComponent[] components, Object[] values, Place place, String key) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        String where = place.label() + ": in '" + key + "': ";
        throw new BadInput(
            String.valueOf(refused.getMessage())
                .lines()
                .map(l -> where + l)
                .collect(Collectors.joining("\n")),
            refused);
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be bound", e);
    }
  }

  private static Object scalar(Class<?> type, Scalar s, String key) {
    String text = s.text();
    try {
      if (type == String.class) {
        return text;
      } else if (type == Path.class) {
        return s.place().folder().resolve(text).normalize();
      } else if (type == int.class || type == Integer.class) {
        return Integer.parseInt(text.replace("_", ""));
      } else if (type == long.class || type == Long.class) {
        return Long.parseLong(text.replace("_", ""));
      } else if (type == double.class || type == Double.class) {
        return Double.parseDouble(text.replace("_", ""));
      } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
        return text.equals("true");
      } else if (type.isEnum()) {
        return constant(type, text);
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          s.place().label() + ": '" + key + "' must be " + describe(type) + ", got '" + text + "'",
          e);
    }
    throw s.place().bad("'" + key + "' must be " + describe(type) + ", got '" + text + "'");
  }

  private static Object constant(Class<?> type, String text) {
    String wanted = text.replace('-', '_').replace("+", "_plus").toUpperCase(Locale.ROOT);
    return Arrays.stream(type.getEnumConstants())
        .filter(c -> ((Enum<?>) c).name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static String describe(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ", Arrays.stream(type.getEnumConstants()).map(c -> word((Enum<?>) c)).toList());
    }
    return type == Path.class ? "a path" : "text";
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// Returns the kinds of a sealed interface by the names that recipes use.
  static Map<String, Class<?>> kinds(Class<?> sealed) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      kinds.put(name(kind), kind);
    }
    return kinds;
  }

  /// Returns the name that recipes use for a kind: its own, beginning in lower case.
  static String name(Class<?> kind) {
    return Character.toLowerCase(kind.getSimpleName().charAt(0))
        + kind.getSimpleName().substring(1);
  }

  static @Nullable Object defaults(Class<?> type) {
    try {
      return type.getField("DEFAULT").get(null);
    } catch (NoSuchFieldException e) {
      return null;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(type + ".DEFAULT must be public", e);
    }
  }

  private static @Nullable Object read(RecordComponent component, Object from) {
    try {
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  /// Writes a record as YAML with every key, so that [#bind] gives it back.
  static Yaml unbind(@Nullable Object value) {
    Place nowhere = new Place("", Path.of(""));
    return switch (value) {
      case null -> new Scalar("", false, nowhere);
      case String s -> new Scalar(s, true, nowhere);
      case Path p -> new Scalar(p.toAbsolutePath().normalize().toString(), true, nowhere);
      case Enum<?> e -> new Scalar(word(e), false, nowhere);
      case List<?> l -> new Items(l.stream().map(Binder::unbind).toList(), nowhere);
      case Record r -> {
        Mapping fields = new Mapping(new LinkedHashMap<>(), nowhere);
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          Object component = read(c, r);
          Yaml field = unbind(component);
          if (Choice.is(c) && component != null) {
            Choice.unbind(c, component, fields);
          } else if (isFlat(c) && field instanceof Mapping part) {
            fields.entries().putAll(part.entries());
          } else if (component == null || alternatives(c).isEmpty()) {
            fields.entries().put(c.getName(), field);
          } else {
            fields.entries().put(name(component.getClass()), field);
          }
        }
        boolean kind = Arrays.stream(r.getClass().getInterfaces()).anyMatch(Class::isSealed);
        yield kind
            ? new Mapping(new LinkedHashMap<>(Map.of(name(r.getClass()), fields)), nowhere)
            : fields;
      }
      default -> new Scalar(value.toString(), false, nowhere);
    };
  }
}
