package dev.tesuji.recipe;

import dev.tesuji.input.BadInput;
import dev.tesuji.recipe.Yaml.Items;
import dev.tesuji.recipe.Yaml.Mapping;
import dev.tesuji.recipe.Yaml.Scalar;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;

/// Sets values of a recipe from the command line: `seed=2`, `rl.groupSize=16`,
/// `stages.2.rl.steps=10` (stages count from 1).
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
      Yaml value = Yaml.argument(argument, argument.substring(equals + 1));
      if (recipe.entries().get("stages") instanceof Items stages && !path.isEmpty()) {
        Mapping stage = stage(stages, path, argument);
        if (stage != null) {
          boolean numbered = path.getFirst().equals("stages");
          set(stage, numbered ? path.subList(2, path.size()) : path, value);
          continue;
        }
      }
      set(recipe, path, value);
    }
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
