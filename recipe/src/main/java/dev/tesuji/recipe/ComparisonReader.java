package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.yaml.Overrides;
import dev.tesuji.yaml.Yaml;
import dev.tesuji.yaml.Yaml.Mapping;
import dev.tesuji.yaml.Yaml.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads comparisons.
///
/// @param reader reads their recipes
/// @param overrides lays changes over a recipe
record ComparisonReader(RecipeReader reader, Overrides overrides) {
  private static final String BASE = "base";
  private static final List<String> PLAN = List.of(Comparison.SEEDS, "threadsPerRun");

  /// Reads a comparison, with values from the command line over those of the file and of every
  /// variant.
  ///
  /// @param overrides arguments such as `seeds=[1]` or `rl.steps=10`
  /// @throws BadInput naming file, line, key and remedy
  Comparison read(Path file, List<String> arguments) {
    Mapping yaml = Yaml.read(file);
    refuseSeed(yaml, arguments);
    List<String> own = arguments.stream().filter(ComparisonReader::isOwn).toList();
    List<String> rest = arguments.stream().filter(o -> !isOwn(o)).toList();
    overrides.apply(yaml, own);
    Mapping plan = take(yaml, PLAN);
    Comparison.Plan bound = reader.binder().bind(Comparison.Plan.class, plan, "comparison");
    Yaml variants = yaml.entries().remove(Comparison.VARIANTS);
    Mapping common = common(yaml);
    if (variants == null) {
      String name = ownName(common);
      Mapping nothing = new Mapping(new LinkedHashMap<>(), common.place());
      List<Recipe> recipes = recipes(name, nothing, common, bound, rest);
      return new Comparison(name, bound, List.of(new Comparison.Variant(name, "", recipes)));
    }
    List<Comparison.Variant> all = new ArrayList<>();
    for (Map.Entry<String, Yaml> e : variants(variants).entries().entrySet()) {
      String name = e.getKey();
      Mapping changes = changes(name, e.getValue());
      List<Recipe> recipes = recipes(name, changes, common, bound, rest);
      all.add(new Comparison.Variant(name, Yaml.write(changes).strip(), recipes));
    }
    return new Comparison(name(common), bound, all);
  }

  /// Refuses a seed where every run has its own.
  private void refuseSeed(Mapping yaml, List<String> arguments) {
    Yaml seed = yaml.entries().get(Comparison.SEED);
    if (seed != null && yaml.entries().containsKey(Comparison.SEEDS)) {
      throw seed.place().bad("'seed' must not stand beside 'seeds'; take one of them out");
    }
    for (String override : arguments) {
      if (override.startsWith(Comparison.SEED + "=")) {
        String value = override.substring(Comparison.SEED.length() + 1);
        throw new BadInput(
            override + ": 'seed' must not stand beside 'seeds'; give seeds=[" + value + "]");
      }
    }
  }

  private static boolean isOwn(String override) {
    return override.startsWith("name=")
        || PLAN.stream().anyMatch(k -> override.startsWith(k + "="));
  }

  /// Takes some keys out of a mapping.
  private Mapping take(Mapping yaml, List<String> keys) {
    Mapping taken = new Mapping(new LinkedHashMap<>(yaml.entries()), yaml.place());
    taken.entries().keySet().retainAll(keys);
    yaml.entries().keySet().removeAll(keys);
    return taken;
  }

  private Mapping variants(Yaml yaml) {
    if (yaml instanceof Mapping m && !m.entries().isEmpty()) {
      return m;
    }
    throw yaml.place().bad("'variants' must be a mapping of at least one (name: what it changes)");
  }

  private Mapping changes(String name, Yaml yaml) {
    checkName("a variant", name, yaml);
    if (yaml instanceof Scalar s && s.isNull()) {
      return new Mapping(new LinkedHashMap<>(), yaml.place());
    }
    if (!(yaml instanceof Mapping m)) {
      throw yaml.place().bad("variant '" + name + "' must be a mapping of what it changes");
    }
    Yaml seed = m.entries().get(Comparison.SEED);
    if (seed != null) {
      throw seed.place().bad("variant '" + name + "' must not set 'seed': 'seeds' does");
    }
    return m;
  }

  /// Refuses a name that cannot be that of a folder.
  private void checkName(String what, String name, Yaml at) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw at.place()
          .bad(
              "the name of "
                  + what
                  + " must be 1 to 64 letters, digits, '.', '_' or '-', got '"
                  + name
                  + "'");
    }
  }

  /// Returns the name of a recipe that is run as it is.
  private String ownName(Mapping common) {
    Yaml name = common.entries().get("name");
    if (name == null) {
      throw common.place().bad("'name' of 'recipe' must be given");
    }
    String text = reader.binder().bind(String.class, name, "name");
    checkName("a recipe with 'seeds'", text, name);
    return text;
  }

  /// Returns the recipe that all variants change.
  private Mapping common(Mapping yaml) {
    Yaml base = yaml.entries().remove(BASE);
    if (base == null) {
      return yaml;
    }
    Mapping common = Yaml.read(reader.binder().bind(Path.class, base, BASE));
    overrides.merge(common, yaml);
    return common;
  }

  private String name(Mapping common) {
    return reader
        .binder()
        .bind(
            String.class,
            common.entries().getOrDefault("name", new Scalar("comparison", true, common.place())),
            "name");
  }

  private List<Recipe> recipes(
      String name, Mapping changes, Mapping common, Comparison.Plan plan, List<String> arguments) {
    List<Recipe> recipes = new ArrayList<>();
    for (long seed : plan.seeds()) {
      Mapping recipe = common.copy();
      overrides.merge(recipe, changes);
      overrides.apply(recipe, arguments);
      Yaml.Place place = common.place();
      recipe.entries().put("name", new Scalar(name + "-" + seed, true, place));
      recipe.entries().put(Comparison.SEED, new Scalar(Long.toString(seed), false, place));
      recipes.add(reader.bind(recipe));
    }
    return recipes;
  }
}
