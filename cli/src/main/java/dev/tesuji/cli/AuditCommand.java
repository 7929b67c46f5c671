package dev.tesuji.cli;

import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.runner.RecipeAudit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Audits a recipe.
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Tries a recipe's rewards and data before any training.",
    description = {
      "",
      "Puts a right answer, a wrong one and a battery of worthless responses (empty, copied, all"
          + " numbers, every answer at once, ...) through the rewards of each stage of reinforcement"
          + " learning, every gold answer through its own grader, and looks for held-out problems"
          + " among what each stage learns from. Exits with 1 where a reward pays for nothing good,"
          + " a gold answer does not grade as correct, or a held-out problem is learned from.",
      "",
      "  ./tesuji audit recipes/r1-zero.yaml",
      "  ./tesuji audit recipes/gsm8k.yaml model=DIR data=train.jsonl \"rl.rewards=[tagCount]\"",
      ""
    })
final class AuditCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "RECIPE", description = "A YAML file; see recipes/.")
  Path recipe = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Values to set, as with 'run'.")
  List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() {
    return each(recipe, overrides, r -> new RecipeAudit(r, System.out).run());
  }

  /// Tries a recipe, or the recipe of each variant of a comparison.
  ///
  /// @param check says whether all is well with one
  /// @return the exit status
  static int each(Path recipe, List<String> overrides, Predicate<Recipe> check) {
    if (!Comparison.isIn(recipe, overrides)) {
      return check.test(Kit.READER.read(recipe, overrides)) ? 0 : 1;
    }
    boolean sound = true;
    Comparison all = Kit.READER.comparison(recipe, overrides);
    for (Comparison.Variant variant : all.variants()) {
      System.out.println(
          all.isOneRecipe()
              ? "One run with each of the seeds " + all.plan().seeds() + "; this is the first"
              : "Variant " + variant.name());
      sound &= check.test(variant.recipes().getFirst());
    }
    return sound ? 0 : 1;
  }
}
