package dev.tesuji.recipe;

import dev.tesuji.input.BadInput;
import dev.tesuji.input.Require;
import dev.tesuji.recipe.Yaml.Mapping;
import dev.tesuji.recipe.Yaml.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A recipe in several variants, each run with several seeds.
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
/// @param name names the comparison
/// @param plan how often and how closely together its recipes are run
/// @param variants what is compared
public record Comparison(String name, Plan plan, List<Variant> variants) {
  private static final String VARIANTS = "variants";
  private static final String BASE = "base";
  private static final List<String> PLAN = List.of("seeds", "threadsPerRun");

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
  /// @param changes what it changes of the base, as it was written
  /// @param recipes its whole recipes, one per seed
  public record Variant(String name, String changes, List<Recipe> recipes) {
    /// Copies the list.
    public Variant {
      recipes = List.copyOf(recipes);
    }
  }

  /// Says whether a file holds a comparison rather than a single recipe.
  public static boolean isIn(Path file) {
    return Yaml.read(file).entries().containsKey(VARIANTS);
  }

  /// Reads a comparison, with values from the command line over those of the file and of every
  /// variant.
  ///
  /// @param overrides arguments such as `seeds=[1]` or `rl.steps=10`
  /// @throws BadInput naming file, line, key and remedy
  public static Comparison read(Path file, List<String> overrides) {
    Mapping yaml = Yaml.read(file);
    List<String> own = overrides.stream().filter(Comparison::isOwn).toList();
    List<String> rest = overrides.stream().filter(o -> !isOwn(o)).toList();
    Overrides.apply(yaml, own);
    Mapping plan = take(yaml, PLAN);
    Plan bound = Binder.bind(Plan.class, plan, "comparison");
    Mapping variants = variants(yaml);
    Mapping common = common(yaml);
    List<Variant> all = new ArrayList<>();
    for (Map.Entry<String, Yaml> e : variants.entries().entrySet()) {
      all.add(variant(e.getKey(), changes(e.getKey(), e.getValue()), common, bound, rest));
    }
    return new Comparison(name(common), bound, all);
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

  private static Mapping variants(Mapping yaml) {
    if (yaml.entries().remove(VARIANTS) instanceof Mapping m && !m.entries().isEmpty()) {
      return m;
    }
    throw yaml.place().bad("'variants' must be a mapping of at least one (name: what it changes)");
  }

  private static Mapping changes(String name, Yaml yaml) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw yaml.place()
          .bad(
              "the name of a variant must be 1 to 64 letters, digits, '.', '_' or '-', got '"
                  + name
                  + "'");
    }
    if (yaml instanceof Scalar s && s.isNull()) {
      return new Mapping(new LinkedHashMap<>(), yaml.place());
    }
    if (!(yaml instanceof Mapping m)) {
      throw yaml.place().bad("variant '" + name + "' must be a mapping of what it changes");
    }
    Yaml seed = m.entries().get("seed");
    if (seed != null) {
      throw seed.place().bad("variant '" + name + "' must not set 'seed': 'seeds' does");
    }
    return m;
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

  private static Variant variant(
      String name, Mapping changes, Mapping common, Plan plan, List<String> overrides) {
    List<Recipe> recipes = new ArrayList<>();
    for (long seed : plan.seeds()) {
      Mapping recipe = common.copy();
      Overrides.merge(recipe, changes);
      Overrides.apply(recipe, overrides);
      Yaml.Place place = common.place();
      recipe.entries().put("name", new Scalar(name + "-" + seed, true, place));
      recipe.entries().put("seed", new Scalar(Long.toString(seed), false, place));
      recipes.add(Recipe.bind(recipe));
    }
    return new Variant(name, Yaml.write(changes).strip(), recipes);
  }

  /// Writes the comparison with every value of every variant, so that it can be run again.
  public String toYaml() {
    Mapping whole = (Mapping) Binder.unbind(plan);
    whole.entries().putFirst("name", Binder.unbind(name));
    Mapping written = new Mapping(new LinkedHashMap<>(), whole.place());
    for (Variant v : variants) {
      Mapping recipe = (Mapping) Binder.unbind(v.recipes().getFirst());
      recipe.entries().keySet().removeAll(List.of("name", "seed"));
      written.entries().put(v.name(), recipe);
    }
    whole.entries().put(VARIANTS, written);
    return Yaml.write(whole);
  }
}
