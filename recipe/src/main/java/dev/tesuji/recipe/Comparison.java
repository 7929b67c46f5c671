package dev.tesuji.recipe;

import dev.tesuji.check.Require;
import dev.tesuji.yaml.Unbinder;
import dev.tesuji.yaml.Yaml;
import dev.tesuji.yaml.Yaml.Mapping;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

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
  static final String VARIANTS = "variants";
  static final String SEED = "seed";
  static final String SEEDS = "seeds";

  /// Copies the list.
  public Comparison {
    variants = List.copyOf(variants);
  }

  /// The seeds of a comparison, and how many runs go side by side.
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

  /// Returns whether a file asks for several runs rather than one: with `variants`, or with
  /// `seeds`, which may also stand on the command line.
  ///
  /// @param overrides the arguments of the command line
  public static boolean isIn(Path file, List<String> overrides) {
    Mapping yaml = Yaml.read(file);
    return yaml.entries().containsKey(VARIANTS)
        || yaml.entries().containsKey(SEEDS)
        || overrides.stream().anyMatch(o -> o.startsWith(SEEDS + "="));
  }

  /// Returns whether it is one recipe, run with several seeds, with nothing to compare it with.
  public boolean isOneRecipe() {
    return variants.size() == 1 && variants.getFirst().changes().isEmpty();
  }

  /// Writes the comparison with every value of every variant, so that it can be run again.
  public String toYaml() {
    Mapping whole = (Mapping) Unbinder.unbind(plan);
    whole.entries().putFirst("name", Unbinder.unbind(name));
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
    Mapping recipe = (Mapping) Unbinder.unbind(variant.recipes().getFirst());
    recipe.entries().keySet().removeAll(List.of("name", SEED));
    return recipe;
  }
}
