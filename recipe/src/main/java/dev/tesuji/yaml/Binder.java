package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.DidYouMean;
import dev.tesuji.yaml.Yaml.Items;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Place;
import dev.tesuji.yaml.Yaml.Scalar;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns YAML into records; [Unbinder] goes the other way.
///
/// A mapping becomes a record, key by component. Keys that are absent take the value of the
/// record's constant `DEFAULT`, where it has one, else the component's own ([Default]), and are
/// required where there is neither, unless the component is `@Nullable`. An interface is written as
/// a mapping with one key, the name of the kind (`chainSums: {maxTerms: 6}`), as that name alone,
/// or with the name under `kind` beside its settings (`{kind: overlong, buffer: 16}`). The keys of
/// a component that is [dev.tesuji.check.Unwrapped] stand among those of the record that has it. A
/// bare value stands for a record with one component that is [Shorthand], and one such record for a
/// list of them. What a record's constructor refuses is reported with the place of the mapping.
///
/// @param keys the keys of records
/// @param paths where what is named as a path is
public record Binder(Keys keys, Paths paths) {
  private static final String KIND = "kind";

  /// Makes a binder.
  ///
  /// @param kinds the kinds of open interfaces
  public static Binder of(Kinds kinds) {
    return new Binder(new Keys(kinds), Paths.LOCAL);
  }

  /// Returns one that finds paths in another way.
  public Binder finding(Paths other) {
    return new Binder(keys, other);
  }

  /// Binds a value.
  ///
  /// @throws BadInput naming the place, the key and what it must be, of all mistakes, a line each
  public <T> T bind(Class<T> type, Yaml yaml, String key) {
    Object bound = value(type, yaml, key);
    if (bound == null) {
      throw yaml.place().bad("'" + key + "' must be given");
    }
    return type.cast(bound);
  }

  private @Nullable Object value(Type type, Yaml yaml, String key) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return list(list.getActualTypeArguments()[0], yaml, key);
    }
    Class<?> c = (Class<?>) type;
    if (yaml instanceof Scalar s && s.isNull()) {
      return null;
    }
    if (Kinds.isFamily(c)) {
      return kind(c, yaml, key);
    }
    if (c.isRecord()) {
      return record(c, dressed(c, yaml), key);
    }
    if (!(yaml instanceof Scalar scalar)) {
      throw yaml.place()
          .bad("'" + key + "' must be " + Scalars.describe(c) + ", got a list or mapping");
    }
    return Scalars.read(c, scalar, key);
  }

  /// Returns a bare value as the mapping that it stands for.
  private static Yaml dressed(Class<?> type, Yaml yaml) {
    Optional<String> bare = Keys.shorthand(type);
    if (bare.isEmpty() || !(yaml instanceof Scalar)) {
      return yaml;
    }
    return new Mapping(new LinkedHashMap<>(Map.of(bare.get(), yaml)), yaml.place());
  }

  private List<Object> list(Type element, Yaml given, String key) {
    Yaml yaml = given;
    if (!(given instanceof Items)
        && element instanceof Class<?> c
        && Keys.shorthand(c).isPresent()) {
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

  private @Nullable Object kind(Class<?> family, Yaml yaml, String key) {
    Map<String, Class<?>> kinds = keys.kinds().of(family);
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
          .bad("'" + key + "' must name one kind" + DidYouMean.hint("", kinds.keySet()));
    }
    Class<?> type = kinds.getOrDefault(name, kinds.get(Kinds.spelled(name)));
    if (type == null) {
      throw yaml.place()
          .bad(
              "unknown kind '"
                  + name
                  + "' of '"
                  + key
                  + "'"
                  + DidYouMean.hint(name, kinds.keySet()));
    }
    return record(type, dressed(type, orEmpty(content)), Kinds.name(type));
  }

  private Object record(Class<?> type, Yaml yaml, String key) {
    return record(type, yaml, key, Map.of(), Keys.defaults(type));
  }

  /// @param others the kinds that could stand in its place, by name
  /// @param defaults the record whose values stand for keys that are absent
  Object record(
      Class<?> type,
      Yaml yaml,
      String key,
      Map<String, Class<?>> others,
      @Nullable Object defaults) {
    if (!(yaml instanceof Mapping mapping)) {
      throw yaml.place().bad("'" + key + "' must be a mapping (name: value)");
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = keys.of(type);
    Mistakes mistakes = new Mistakes();
    mapping
        .entries()
        .forEach((name, given) -> {
          if (!names.contains(name) && !Keys.hasRest(type)) {
            Refused refused = type.getAnnotation(Refused.class);
            mistakes.add(
                given
                    .place()
                    .bad(
                        refused != null && refused.key().equals(name)
                            ? "'"
                                + name
                                + "' cannot be given in '"
                                + key
                                + "': "
                                + refused.because()
                            : "unknown key '"
                                + name
                                + "' in '"
                                + key
                                + "'"
                                + hint(name, names, others)));
          }
        });
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      RecordComponent c = components[i];
      values[i] =
          mistakes.among(() ->
              Keys.isUnwrapped(c)
                  ? unwrapped(c, mapping, key, defaultsOf(c, defaults))
                  : component(c, mapping, key, defaults));
    }
    mistakes.report();
    return construct(type, components, values, mapping.place(), key);
  }

  private Object unwrapped(
      RecordComponent c, Mapping mapping, String key, @Nullable Object defaults) {
    return Keys.isChoice(c)
        ? new Choice(keys, paths).bind(c, mapping, key, defaults)
        : record(c.getType(), part(mapping, c.getType()), key, Map.of(), defaults);
  }

  /// Says what a key that is unknown here may have meant.
  private String hint(String key, List<String> names, Map<String, Class<?>> others) {
    List<String> owners =
        others.entrySet().stream()
            .filter(o -> keys.of(o.getValue()).contains(key))
            .map(Map.Entry::getKey)
            .toList();
    return owners.isEmpty()
        ? DidYouMean.hint(key, names)
        : " (it is a key of " + String.join(", ", owners) + ")";
  }

  /// Returns the keys that cannot stand beside a key in a kind's mapping.
  ///
  /// @param family the interface of the kind
  Set<String> rivals(Class<?> family, String kind, String key) {
    Class<?> type = keys.kinds().of(family).get(kind);
    return type == null ? Set.of() : keys.rivals(type, key);
  }

  private @Nullable Object alternative(RecordComponent component, Mapping mapping) {
    Map<String, Class<?>> kinds = keys.alternatives(component);
    List<String> given =
        mapping.entries().entrySet().stream()
            .filter(e -> kinds.containsKey(e.getKey()))
            .filter(e -> !isNull(e.getValue()) || isComplete(kinds.get(e.getKey())))
            .map(Map.Entry::getKey)
            .toList();
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
    return record(type, dressed(type, orEmpty(content)), name, kinds, Keys.defaults(type));
  }

  private static boolean isNull(Yaml content) {
    return content instanceof Scalar s && s.isNull();
  }

  /// Returns whether a record can be made of nothing.
  private static boolean isComplete(@Nullable Class<?> type) {
    return type != null && (Keys.defaults(type) != null || type.getRecordComponents().length == 0);
  }

  private static Yaml orEmpty(Yaml content) {
    return isNull(content) ? new Mapping(new LinkedHashMap<>(), content.place()) : content;
  }

  private static @Nullable Object defaultsOf(RecordComponent flat, @Nullable Object owner) {
    return owner == null ? Keys.defaults(flat.getType()) : Keys.read(flat, owner);
  }

  /// Returns the part of a mapping that belongs to a flat component.
  Mapping part(Mapping mapping, Class<?> type) {
    Mapping part = new Mapping(new LinkedHashMap<>(mapping.entries()), mapping.place());
    part.entries().keySet().retainAll(keys.of(type));
    return part;
  }

  private @Nullable Object component(
      RecordComponent component, Mapping mapping, String key, @Nullable Object defaults) {
    if (Keys.isRest(component)) {
      return rest(component.getDeclaringRecord(), mapping);
    }
    String name = Keys.name(component);
    Yaml given = mapping.entries().get(name);
    Object value =
        given == null
            ? alternative(component, mapping)
            : component.getType() == Path.class && given instanceof Scalar s && !s.isNull()
                ? path(component, s, name)
                : value(component.getGenericType(), given, name);
    if (value == null && defaults != null) {
      value = Keys.read(component, defaults);
    }
    Default absent = component.getAnnotation(Default.class);
    if (value == null && absent != null) {
      value = value(component.getGenericType(), written(absent.value(), mapping.place()), name);
    }
    if (value == null && !Keys.isNullable(component)) {
      Place place = given == null ? mapping.place() : given.place();
      throw place.bad("'" + name + "' of '" + key + "' must be given");
    }
    return value;
  }

  private Path path(RecordComponent component, Scalar s, String key) {
    try {
      return paths.find(component, s.text(), s.place());
    } catch (InvalidPathException _) {
      return (Path) Scalars.read(Path.class, s, key); // says what is wrong with it
    } catch (BadInput e) {
      throw new BadInput(s.place().label() + ": '" + key + "': " + e.getMessage(), e);
    }
  }

  private static Yaml written(String text, Place place) {
    return switch (text) {
      case "{}" -> new Mapping(new LinkedHashMap<>(), place);
      case "[]" -> new Items(List.of(), place);
      default -> new Scalar(text, false, place);
    };
  }

  /// Returns the settings that no other component of a record takes.
  private Map<String, String> rest(Class<?> type, Mapping mapping) {
    List<String> others = keys.of(type);
    Map<String, String> rest = new LinkedHashMap<>();
    Mistakes mistakes = new Mistakes();
    mapping
        .entries()
        .forEach((name, given) -> {
          if (given instanceof Scalar s && !others.contains(name)) {
            rest.put(name, s.text());
          } else if (!others.contains(name)) {
            mistakes.add(given.place().bad("'" + name + "' must be a number or a text"));
          }
        });
    mistakes.report();
    return rest;
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
}
