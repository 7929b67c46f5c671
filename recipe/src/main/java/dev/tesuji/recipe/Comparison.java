package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.recipe.Yaml.Mapping;
import dev.tesuji.recipe.Yaml.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A recipe in several variants, each run with several seeds; or a recipe as it is, run with
/// several seeds.
///
/// ```yaml
/// base: r1-zero.yaml             # what all runs share; its keys may also stand here
/// rl: {steps: 60}                # changes for all, stages by their kind as on the command line
/// seeds: [1, 2, 3]
/// threadsPerRun: 1
/// variants:
///   grpo: {}                     # the base as it is
///   rloo: {rl: {rloo: {}}}       # what it changes
/// ```
///
/// Without `variants` it is one recipe ([#isOneRecipe]): its only variant is itself, under its own
/// name. `seeds=[1,2,3]` on the command line makes that of any recipe.
///
/// @param name names the comparison
/// @param plan how often and how closely together its recipes are run
/// @param variants what is compared
public record Comparison(String name, Plan plan, List<Variant> variants) {
  private static final String VARIANTS = "variants";
  private static final String BASE = "base";
  private static final String SEED = "seed";
  private static final String SEEDS = "seeds";
  private static final List<String> PLAN = List.of(SEEDS, "threadsPerRun");

  /// Copies the list.
  public Comparison {
    variants = List.copyOf(variants);
  }

  /// How often and how closely together recipes are run.
  ///
  /// @param seeds one run of every variant for each
  /// @param threadsPerRun how many threads each run has; as many runs go side by side as the
  ///   machine has cores for. 0 gives each run the whole machine
  public record Plan(List<Long> seeds, int threadsPerRun) {
    /// Seeds 1 to 3, one run after the other on the whole machine.
    public static final Plan DEFAULT = new Plan(List.of(1L, 2L, 3L), 0);

    /// Checks the ranges.
    public Plan {
      seeds = List.copyOf(seeds);
      Require.that(!seeds.isEmpty(), "seeds", "at least one number", seeds);
      Require.that(
          new HashSet<>(seeds).size() == seeds.size(), "seeds", "different numbers", seeds);
      Require.atLeast(0, "threadsPerRun", threadsPerRun);
    }
  }

  /// One of the things compared.
  ///
  /// @param name names it
  /// @param changes what it changes of the base, as it was written; empty where it is the recipe
  ///   itself
  /// @param recipes its whole recipes, one per seed
  public record Variant(String name, String changes, List<Recipe> recipes) {
    /// Copies the list.
    public Variant {
      recipes = List.copyOf(recipes);
    }
  }

  /// Says whether a file asks for several runs rather than one: with `variants`, or with `seeds`,
  /// which may also stand on the command line.
  ///
  /// @param overrides the arguments of the command line
  public static boolean isIn(Path file, List<String> overrides) {
    Mapping yaml = Yaml.read(file);
    return yaml.entries().containsKey(VARIANTS)
        || yaml.entries().containsKey(SEEDS)
        || overrides.stream().anyMatch(o -> o.startsWith(SEEDS + "="));
  }

  /// Says whether it is one recipe, run with several seeds, with nothing to compare it with.
  public boolean isOneRecipe() {
    return variants.size() == 1 && variants.getFirst().changes().isEmpty();
  }

  /// Reads a comparison, with values from the command line over those of the file and of every
  /// variant.
  ///
  /// @param overrides arguments such as `seeds=[1]` or `rl.steps=10`
  /// @throws BadInput naming file, line, key and remedy
  public static Comparison read(Path file, List<String> overrides) {
    Mapping yaml = Yaml.read(file);
    refuseSeed(yaml, overrides);
    List<String> own = overrides.stream().filter(Comparison::isOwn).toList();
    List<String> rest = overrides.stream().filter(o -> !isOwn(o)).toList();
    Overrides.apply(yaml, own);
    Mapping plan = take(yaml, PLAN);
    Plan bound = Binder.bind(Plan.class, plan, "comparison");
    Yaml variants = yaml.entries().remove(VARIANTS);
    Mapping common = common(yaml);
    if (variants == null) {
      String name = ownName(common);
      Mapping nothing = new Mapping(new LinkedHashMap<>(), common.place());
      List<Recipe> recipes = recipes(name, nothing, common, bound, rest);
      return new Comparison(name, bound, List.of(new Variant(name, "", recipes)));
    }
    List<Variant> all = new ArrayList<>();
    for (Map.Entry<String, Yaml> e : variants(variants).entries().entrySet()) {
      String name = e.getKey();
      Mapping changes = changes(name, e.getValue());
      List<Recipe> recipes = recipes(name, changes, common, bound, rest);
      all.add(new Variant(name, Yaml.write(changes).strip(), recipes));
    }
    return new Comparison(name(common), bound, all);
  }

  /// Refuses a seed where every run has its own.
  private static void refuseSeed(Mapping yaml, List<String> overrides) {
    Yaml seed = yaml.entries().get(SEED);
    if (seed != null && yaml.entries().containsKey(SEEDS)) {
      throw seed.place().bad("'seed' must not stand beside 'seeds'; take one of them out");
    }
    for (String override : overrides) {
      if (override.startsWith(SEED + "=")) {
        String value = override.substring(SEED.length() + 1);
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
  private static Mapping take(Mapping yaml, List<String> keys) {
    Mapping taken = new Mapping(new LinkedHashMap<>(yaml.entries()), yaml.place());
    taken.entries().keySet().retainAll(keys);
    yaml.entries().keySet().removeAll(keys);
    return taken;
  }

  private static Mapping variants(Yaml yaml) {
    if (yaml instanceof Mapping m && !m.entries().isEmpty()) {
      return m;
    }
    throw yaml.place().bad("'variants' must be a mapping of at least one (name: what it changes)");
  }

  private static Mapping changes(String name, Yaml yaml) {
    checkName("a variant", name, yaml);
    if (yaml instanceof Scalar s && s.isNull()) {
      return new Mapping(new LinkedHashMap<>(), yaml.place());
    }
    if (!(yaml instanceof Mapping m)) {
      throw yaml.place().bad("variant '" + name + "' must be a mapping of what it changes");
    }
    Yaml seed = m.entries().get(SEED);
    if (seed != null) {
      throw seed.place().bad("variant '" + name + "' must not set 'seed': 'seeds' does");
    }
    return m;
  }

  /// Refuses a name that cannot be that of a folder.
  private static void checkName(String what, String name, Yaml at) {
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
  private static String ownName(Mapping common) {
    Yaml name = common.entries().get("name");
    if (name == null) {
      throw common.place().bad("'name' of 'recipe' must be given");
    }
    String text = Binder.bind(String.class, name, "name");
    checkName("a recipe with 'seeds'", text, name);
    return text;
  }

  /// Returns the recipe that all variants change.
  private static Mapping common(Mapping yaml) {
    Yaml base = yaml.entries().remove(BASE);
    if (base == null) {
      return yaml;
    }
    Mapping common = Yaml.read(Binder.bind(Path.class, base, BASE));
    Overrides.merge(common, yaml);
    return common;
  }

  private static String name(Mapping common) {
    return Binder.bind(
        String.class,
        common.entries().getOrDefault("name", new Scalar("comparison", true, common.place())),
        "name");
  }

  private static List<Recipe> recipes(
      String name, Mapping changes, Mapping common, Plan plan, List<String> overrides) {
    List<Recipe> recipes = new ArrayList<>();
    for (long seed : plan.seeds()) {
      Mapping recipe = common.copy();
      Overrides.merge(recipe, changes);
      Overrides.apply(recipe, overrides);
      Yaml.Place place = common.place();
      recipe.entries().put("name", new Scalar(name + "-" + seed, true, place));
      recipe.entries().put(SEED, new Scalar(Long.toString(seed), false, place));
      recipes.add(Recipe.bind(recipe));
    }
    return recipes;
  }

  /// Writes the comparison with every value of every variant, so that it can be run again.
  public String toYaml() {
    Mapping whole = (Mapping) Binder.unbind(plan);
    whole.entries().putFirst("name", Binder.unbind(name));
    if (isOneRecipe()) {
      whole.entries().putAll(shared(variants.getFirst()).entries());
      return Yaml.write(whole);
    }
    Mapping written = new Mapping(new LinkedHashMap<>(), whole.place());
    for (Variant v : variants) {
      written.entries().put(v.name(), shared(v));
    }
    whole.entries().put(VARIANTS, written);
    return Yaml.write(whole);
  }

  /// Returns what the recipes of a variant share: all but name and seed.
  private static Mapping shared(Variant variant) {
    Mapping recipe = (Mapping) Binder.unbind(variant.recipes().getFirst());
    recipe.entries().keySet().removeAll(List.of("name", SEED));
    return recipe;
  }
}
