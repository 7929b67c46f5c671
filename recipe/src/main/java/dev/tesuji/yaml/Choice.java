package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Scalar;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A component of a sealed type that a recipe writes as the name of its kind, with the settings of
/// that kind beside it: `loss: cispo`, `cap: 5`.
///
/// @param keys the keys of records
/// @param paths where what is named as a path is
record Choice(Keys keys, Paths paths) {
  /// Binds it.
  ///
  /// @param mapping the mapping of the record that has it
  /// @param key the name of that record
  /// @param defaults the component's default
  /// @throws BadInput naming the kinds, or a setting that belongs to another kind
  Object bind(RecordComponent component, Mapping mapping, String key, @Nullable Object defaults) {
    String name = name(component, mapping, defaults);
    Class<?> kind = Keys.choices(component).get(name);
    if (kind == null) {
      throw mapping
          .entries()
          .getOrDefault(component.getName(), mapping)
          .place()
          .bad(
              "'"
                  + component.getName()
                  + "' must be one of "
                  + String.join(", ", Keys.choices(component).keySet())
                  + ", got '"
                  + name
                  + "'");
    }
    refuseOthers(component, mapping, key, kind);
    boolean same = defaults != null && defaults.getClass() == kind;
    Binder binder = new Binder(keys, paths);
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
                  + String.join(", ", Keys.choices(component).keySet())
                  + ", got a list or mapping");
    }
    if (defaults == null) {
      throw mapping.place().bad("'" + component.getName() + "' must be given");
    }
    return Keys.word(defaults.getClass());
  }

  /// Refuses settings of kinds that are not chosen; one that is null counts as absent.
  private void refuseOthers(
      RecordComponent component, Mapping mapping, String key, Class<?> chosen) {
    Map<String, Class<?>> kinds = Keys.choices(component);
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
                            + Keys.word(chosen)
                            + " (it is a key of "
                            + owners
                            + ")"));
          }
        });
    mistakes.report();
  }
}
