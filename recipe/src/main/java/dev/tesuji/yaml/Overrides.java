package dev.tesuji.yaml;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Yaml.Items;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Scalar;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sets values of a recipe: from the command line, `seed=2`, `rl.groupSize=16`,
/// `stages.2.rl.steps=10` (stages count from 1), or as the changes that a comparison tries.
///
/// @param binder knows which keys stand in each other's place
/// @param stages the key of the list whose items are named by their kind
/// @param stage the interface of those kinds
public record Overrides(Binder binder, String stages, Class<?> stage) {

  /// Applies arguments of the form key=value, in order.
  ///
  /// @throws BadInput when one is not of that form, or names a stage that is missing or ambiguous
  public void apply(Mapping recipe, List<String> arguments) {
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
  public void merge(Mapping recipe, Mapping changes) {
    merge(recipe, changes, List.of());
  }

  private void merge(Mapping recipe, Mapping changes, List<String> path) {
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
  private void displace(Mapping recipe, List<String> path) {
    if (path.size() == 2 && recipe.entries().get(stages) instanceof Items items) {
      Mapping kind = kindOf(items, path, String.join(".", path));
      if (kind != null && kind.entries().get(path.getFirst()) instanceof Mapping content) {
        Set<String> rivals = binder.rivals(stage, path.getFirst(), path.getLast());
        content.entries().keySet().removeAll(rivals);
      }
    }
  }

  private void put(Mapping recipe, List<String> path, Yaml value, String argument) {
    if (recipe.entries().get(stages) instanceof Items items && !path.isEmpty()) {
      Mapping kind = kindOf(items, path, argument);
      if (kind != null) {
        boolean numbered = path.getFirst().equals(stages);
        set(kind, numbered ? path.subList(2, path.size()) : path, value);
        return;
      }
    }
    set(recipe, path, value);
  }

  /// Finds the stage that a path means; null when it means no stage.
  private @Nullable Mapping kindOf(Items items, List<String> path, String argument) {
    if (path.getFirst().equals(stages) && path.size() > 2) {
      String number = path.get(1);
      if (!number.matches("\\d{1,3}")
          || Integer.parseInt(number) < 1
          || Integer.parseInt(number) > items.items().size()) {
        throw new BadInput(argument + ": stage must be a number from 1 to " + items.items().size());
      }
      return items.items().get(Integer.parseInt(number) - 1) instanceof Mapping m ? m : null;
    }
    List<Mapping> named =
        items.items().stream()
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

  private void set(Mapping at, List<String> path, Yaml value) {
    String key = path.getFirst();
    if (path.size() == 1) {
      at.entries().put(key, value);
      return;
    }
    Yaml next = at.entries().get(key);
    if (next instanceof Mapping m
        && path.size() > 2
        && m.entries().get("kind") instanceof Scalar kind
        && kind.text().equals(path.get(1))) {
      set(m, path.subList(2, path.size()), value); // of "task: {kind: chainSums, maxTerms: 6}"
      return;
    }
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
