package dev.tesuji.tracking;

import dev.tesuji.yaml.Yaml;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The values of a run's effective recipe, flat: `stages.rl.groupSize`.
final class RecipeParameters {
  private static final int LONGEST = 500; // what every version of MLflow takes
  private static final String NAME = "name";

  private RecipeParameters() {}

  /// Reads a recipe.
  ///
  /// @return values by key; what is null is left out
  static Map<String, String> read(Path recipe) {
    Map<String, String> flat = new LinkedHashMap<>();
    Yaml.Mapping whole = Yaml.read(recipe);
    whole.entries().remove("tracking");
    add(flat, "", whole);
    return flat;
  }

  private static void add(Map<String, String> flat, String key, Yaml value) {
    switch (value) {
      case Yaml.Mapping m ->
          m.entries()
              .forEach((name, one) -> add(flat, key.isEmpty() ? name : key + "." + name, one));
      case Yaml.Items(List<Yaml> items, _)
          when items.stream().allMatch(Yaml.Scalar.class::isInstance) ->
          put(
              flat,
              key,
              items.stream().map(RecipeParameters::text).collect(Collectors.joining(", ")));
      case Yaml.Items(List<Yaml> items, _) -> {
        for (int i = 0; i < items.size(); i++) {
          addItem(flat, key, i, items.get(i));
        }
      }
      case Yaml.Scalar s -> {
        if (!s.isNull()) {
          put(flat, key, s.text());
        }
      }
    }
  }

  private static String text(Yaml scalar) {
    return scalar instanceof Yaml.Scalar s ? s.text() : "";
  }

  /// Adds an item of a list: under its name where it is a kind with one, as stages are; else under
  /// its number.
  private static void addItem(Map<String, String> flat, String key, int number, Yaml item) {
    if (item instanceof Yaml.Mapping m && m.entries().size() == 1) {
      Map.Entry<String, Yaml> kind = m.entries().firstEntry();
      if (kind.getValue() instanceof Yaml.Mapping settings
          && settings.entries().get(NAME) instanceof Yaml.Scalar name
          && !name.isNull()) {
        put(flat, key + "." + name.text() + ".kind", kind.getKey());
        settings.entries().remove(NAME);
        add(flat, key + "." + name.text(), settings);
        return;
      }
    }
    add(flat, key + "." + (number + 1), item);
  }

  private static void put(Map<String, String> flat, String key, String text) {
    flat.put(
        Names.allowed(key),
        text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...");
  }
}
