package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.recipe.Yaml.Items;
import dev.tesuji.recipe.Yaml.Mapping;
import dev.tesuji.recipe.Yaml.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Sets values of a recipe: from the command line, `seed=2`, `rl.groupSize=16`,
/// `stages.2.rl.steps=10` (stages count from 1), or as the changes that a comparison tries.
final class Overrides {
  private Overrides() {}

  /// Applies arguments of the form key=value, in order.
  ///
  /// @throws BadInput when one is not of that form, or names a stage that is missing or ambiguous
  static void apply(Mapping recipe, List<String> arguments) {
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new BadInput(
            "'" + argument + "' must be KEY=VALUE, such as rl.groupSize=16 or seed=2");
      }
      List<String> path = Arrays.asList(argument.substring(0, equals).split("\\.", -1));
      put(recipe, path, Yaml.argument(argument, argument.substring(equals + 1)), argument);
    }
  }

  /// Lays changes over a recipe: mappings are merged key by key, everything else is replaced, and
  /// stages are named by their kind, as on the command line. An algorithm takes the place of the
  /// one that was there.
  static void merge(Mapping recipe, Mapping changes) {
    merge(recipe, changes, List.of());
  }

  private static void merge(Mapping recipe, Mapping changes, List<String> path) {
    for (Map.Entry<String, Yaml> change : changes.entries().entrySet()) {
      List<String> inner = new ArrayList<>(path);
      inner.add(change.getKey());
      if (change.getValue() instanceof Mapping m && !m.entries().isEmpty()) {
        displace(recipe, inner);
        merge(recipe, m, inner);
      } else {
        displace(recipe, inner);
        put(recipe, inner, change.getValue().copy(), change.getValue().place().label());
      }
    }
  }

  /// Takes out the kinds that a key, written under the name of its kind, stands in place of.
  private static void displace(Mapping recipe, List<String> path) {
    if (path.size() == 2 && recipe.entries().get("stages") instanceof Items stages) {
      Mapping stage = stage(stages, path, String.join(".", path));
      if (stage != null && stage.entries().get(path.getFirst()) instanceof Mapping content) {
        Set<String> rivals = Binder.rivals(Stage.class, path.getFirst(), path.getLast());
        content.entries().keySet().removeAll(rivals);
      }
    }
  }

  private static void put(Mapping recipe, List<String> path, Yaml value, String argument) {
    if (recipe.entries().get("stages") instanceof Items stages && !path.isEmpty()) {
      Mapping stage = stage(stages, path, argument);
      if (stage != null) {
        boolean numbered = path.getFirst().equals("stages");
        set(stage, numbered ? path.subList(2, path.size()) : path, value);
        return;
      }
    }
    set(recipe, path, value);
  }

  /// Finds the stage that a path means; null when it means no stage.
  private static @org.jspecify.annotations.Nullable Mapping stage(
      Items stages, List<String> path, String argument) {
    if (path.getFirst().equals("stages") && path.size() > 2) {
      String number = path.get(1);
      if (!number.matches("\\d{1,3}")
          || Integer.parseInt(number) < 1
          || Integer.parseInt(number) > stages.items().size()) {
        throw new BadInput(
            argument + ": stage must be a number from 1 to " + stages.items().size());
      }
      return stages.items().get(Integer.parseInt(number) - 1) instanceof Mapping m ? m : null;
    }
    List<Mapping> named =
        stages.items().stream()
            .filter(s -> s instanceof Mapping m && m.entries().containsKey(path.getFirst()))
            .map(Mapping.class::cast)
            .toList();
    if (named.size() > 1) {
      throw new BadInput(
          argument
              + ": the recipe has "
              + named.size()
              + " stages of kind "
              + path.getFirst()
              + "; name one by its number, such as stages.1."
              + String.join(".", path));
    }
    return named.isEmpty() ? null : named.getFirst();
  }

  private static void set(Mapping at, List<String> path, Yaml value) {
    String key = path.getFirst();
    if (path.size() == 1) {
      at.entries().put(key, value);
      return;
    }
    Yaml next = at.entries().get(key);
    if (next instanceof Scalar kind && !kind.isNull() && kind.text().equals(path.get(1))) {
      // "task: chainSums" becomes "task: {chainSums: {}}", so that its keys can be set.
      next = new Mapping(new LinkedHashMap<>(), value.place());
      ((Mapping) next)
          .entries()
          .put(kind.text(), new Mapping(new LinkedHashMap<>(), value.place()));
      at.entries().put(key, next);
    }
    if (!(next instanceof Mapping)) {
      next = new Mapping(new LinkedHashMap<>(), value.place());
      at.entries().put(key, next);
    }
    set((Mapping) next, path.subList(1, path.size()), value);
  }
}
