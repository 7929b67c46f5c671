package dev.tesuji.cli;

import dev.tesuji.compare.Appendix;
import dev.tesuji.compare.ComparisonRunner;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.runner.DryRun;
import dev.tesuji.runner.RecipeRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs a recipe, or a comparison of several.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Runs a recipe: evaluates a model, trains it, evaluates it again, reports.",
    description = {
      "",
      "Values of the recipe can be set after it:",
      "  ./tesuji run recipes/r1-zero.yaml seed=2 rl.steps=50 rl.groupSize=16",
      "  ./tesuji run recipes/gsm8k.yaml model=DIR data=train.jsonl --out runs/mine",
      "",
      "Ctrl-C saves; the same command with --resume goes on where it stopped, also after a kill or"
          + " a crash.",
      "",
      "--dry-run checks everything that can be checked without weights, says what every stage would"
          + " do and take in memory, and trains nothing; of the model only config.json must be there.",
      "",
      "A recipe with seeds is run once with each, in runs/NAME/runs/NAME-SEED, and report.html has"
          + " means with intervals, and which differences between stages are more than chance:",
      "  ./tesuji run recipes/r1.yaml seeds=[1,2,3]",
      "",
      "A recipe with variants is run once per variant and seed, and compared on one page,"
          + " compare.html:",
      "  ./tesuji run recipes/compare.yaml seeds=[1]",
      "",
      "The run directory holds recipe.yaml (every value), metrics.jsonl and tensorboard/ (a line per"
          + " step), rollouts/ (every completion), data/ (samples that a rejection stage kept),"
          + " models/ (Hugging Face directories), report.json and report.html.",
      ""
    })
final class RunCommand implements Callable<Integer> {
  @Mixin RunOptions options = new RunOptions();

  @Option(
      names = "--dry-run",
      description =
          "Checks the recipe, its data and its memory; exits with 1 where a run would fail.")
  boolean dryRun;

  @Override
  public Integer call() {
    if (dryRun) {
      return AuditCommand.each(
          options.recipe, options.overrides, r -> new DryRun(Kit.REGISTRY, r, System.out).run());
    }
    return Comparison.isIn(options.recipe, options.overrides) ? compare() : runOne();
  }

  private int runOne() {
    Recipe parsed = Kit.READER.read(options.recipe, options.overrides);
    Path directory = options.directory(parsed.name());
    SingleRun.checkSingle(directory);
    return SingleRun.guarded(
        options.resumeCommand("run", List.of(), directory),
        stop -> {
          SingleRun.print(
              new RecipeRunner(Kit.REGISTRY, parsed, directory, options.resume, System.out)
                  .run(stop),
              directory);
          return 0;
        });
  }

  private int compare() {
    Comparison parsed = Kit.READER.comparison(options.recipe, options.overrides);
    Path directory = options.directory(parsed.name());
    return SingleRun.guarded(
        options.resumeCommand("run", List.of(), directory),
        stop -> {
          boolean all =
              new ComparisonRunner(
                      parsed,
                      directory,
                      options.resume,
                      new ComparisonRunner.Surroundings(
                          new RunProcess(), Kit.APPENDICES, System.out))
                  .run(stop);
          System.out.println(
              "\npage    "
                  + directory.resolve(parsed.isOneRecipe() ? "report.html" : "compare.html"));
          Kit.APPENDICES.stream()
              .map(Appendix::page)
              .map(directory::resolve)
              .filter(Files::exists)
              .forEach(p -> System.out.println("page    " + p));
          return all ? 0 : 1;
        });
  }
}
