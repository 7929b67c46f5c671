package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Scalar;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A component of a sealed type that a recipe writes as the name of its kind, with the settings of
/// that kind beside it: `loss: cispo`, `cap: 5`.
///
/// @param keys the keys of records
record Choice(Keys keys) {
  /// Tests a component for being one.
  static boolean is(RecordComponent component) {
    return component.isAnnotationPresent(Unwrapped.class) && component.getType().isSealed();
  }

  /// Returns the keys that may stand for it: its own and the settings of all kinds.
  List<String> of(RecordComponent component) {
    List<String> all = new ArrayList<>(List.of(component.getName()));
    kinds(component).values().forEach(kind -> all.addAll(keys.of(kind)));
    return all.stream().distinct().toList();
  }

  /// Binds it.
  ///
  /// @param mapping the mapping of the record that has it
  /// @param key the name of that record
  /// @param defaults the component's default
  /// @throws BadInput naming the kinds, or a setting that belongs to another kind
  Object bind(RecordComponent component, Mapping mapping, String key, @Nullable Object defaults) {
    String name = name(component, mapping, defaults);
    Class<?> kind = kinds(component).get(name);
    if (kind == null) {
      throw mapping
          .entries()
          .getOrDefault(component.getName(), mapping)
          .place()
          .bad(
              "'"
                  + component.getName()
                  + "' must be one of "
                  + String.join(", ", kinds(component).keySet())
                  + ", got '"
                  + name
                  + "'");
    }
    refuseOthers(component, mapping, key, kind);
    boolean same = defaults != null && defaults.getClass() == kind;
    Binder binder = new Binder(keys);
    return binder.record(
        kind, binder.part(mapping, kind), key, Map.of(), same ? defaults : Keys.defaults(kind));
  }

  private static String name(
      RecordComponent component, Mapping mapping, @Nullable Object defaults) {
    Yaml given = mapping.entries().get(component.getName());
    if (given instanceof Scalar s && !s.isNull()) {
      return s.text().replace('-', '_').toLowerCase(Locale.ROOT);
    }
    if (given != null && !(given instanceof Scalar)) {
      throw given
          .place()
          .bad(
              "'"
                  + component.getName()
                  + "' must be one of "
                  + String.join(", ", kinds(component).keySet())
                  + ", got a list or mapping");
    }
    if (defaults == null) {
      throw mapping.place().bad("'" + component.getName() + "' must be given");
    }
    return word(defaults.getClass());
  }

  /// Refuses settings of kinds that are not chosen; one that is null counts as absent.
  private void refuseOthers(
      RecordComponent component, Mapping mapping, String key, Class<?> chosen) {
    Map<String, Class<?>> kinds = kinds(component);
    List<String> own = keys.of(chosen);
    Mistakes mistakes = new Mistakes();
    mapping
        .entries()
        .forEach((name, given) -> {
          String owners =
              kinds.entrySet().stream()
                  .filter(k -> keys.of(k.getValue()).contains(name))
                  .map(Map.Entry::getKey)
                  .collect(Collectors.joining(", "));
          boolean absent = given instanceof Scalar s && s.isNull();
          if (!owners.isEmpty() && !own.contains(name) && !absent) {
            mistakes.add(
                given
                    .place()
                    .bad(
                        "unknown key '"
                            + name
                            + "' in '"
                            + key
                            + "' with "
                            + component.getName()
                            + " "
                            + word(chosen)
                            + " (it is a key of "
                            + owners
                            + ")"));
          }
        });
    mistakes.report();
  }

  /// Writes it among the fields of the record that has it.
  static void unbind(RecordComponent component, Object value, Mapping fields) {
    Yaml.Place nowhere = fields.place();
    fields.entries().put(component.getName(), new Scalar(word(value.getClass()), false, nowhere));
    fields.entries().putAll(Unbinder.record((Record) value).entries());
  }

  static Map<String, Class<?>> kinds(RecordComponent component) {
    Map<String, Class<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : component.getType().getPermittedSubclasses()) {
      kinds.put(word(kind), kind);
    }
    return kinds;
  }

  /// Returns the word for a kind: `DrGrpo` is `dr_grpo`.
  static String word(Class<?> kind) {
    return kind.getSimpleName().replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
