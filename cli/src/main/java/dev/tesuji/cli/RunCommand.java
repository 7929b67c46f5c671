package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.compare.Appendix;
import dev.tesuji.compare.ComparisonRunner;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.Halted;
import dev.tesuji.run.Progress;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import dev.tesuji.runner.DryRun;
import dev.tesuji.runner.RecipeRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

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
  private static final int INTERRUPTED = 130;

  @Parameters(index = "0", paramLabel = "RECIPE", description = "A YAML file; see recipes/.")
  Path recipe = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Values to set, such as seed=2 or rl.optimizer.learningRate=1e-4.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run directory. Default: runs/ and the recipe's name.")
  @Nullable Path out;

  @Option(names = "--resume", description = "Continues the run that is in the run directory.")
  boolean resume;

  @Option(
      names = "--dry-run",
      description =
          "Checks the recipe, its data and its memory; exits with 1 where a run would fail.")
  boolean dryRun;

  @Override
  public Integer call() {
    if (dryRun) {
      return AuditCommand.each(
          recipe, overrides, r -> new DryRun(Kit.REGISTRY, r, System.out).run());
    }
    return Comparison.isIn(recipe, overrides) ? compare() : runOne();
  }

  private int runOne() {
    Recipe parsed = Kit.READER.read(recipe, overrides);
    Path directory = directory(parsed.name());
    checkSingle(directory);
    return guarded(
        resumeCommand(directory),
        stop -> {
          print(
              new RecipeRunner(Kit.REGISTRY, parsed, directory, resume, System.out).run(stop),
              directory);
          return 0;
        });
  }

  /// Refuses a folder in which several runs were begun.
  static void checkSingle(Path directory) {
    Path begun = directory.resolve("recipe.yaml");
    if (Files.exists(begun) && Comparison.isIn(begun, List.of())) {
      throw BadInput.in(
          directory,
          "holds runs with several seeds or of several variants, not a single one; give another"
              + " --out");
    }
  }

  private int compare() {
    Comparison parsed = Kit.READER.comparison(recipe, overrides);
    Path directory = directory(parsed.name());
    return guarded(
        resumeCommand(directory),
        stop -> {
          boolean all =
              new ComparisonRunner(
                      parsed,
                      directory,
                      resume,
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

  private Path directory(String name) {
    return out == null ? Path.of("runs", name) : out;
  }

  /// Does some work that can be stopped, and says how to go on where it was.
  ///
  /// @param resume the command that goes on
  static int guarded(String resume, ToIntFunction<StopSignal> work) {
    // The JVM ends as soon as the signal closes, so the last word is said before that.
    try (StopSignal stop = new StopSignal()) {
      try {
        return work.applyAsInt(stop);
      } catch (Stopped e) {
        System.err.println(e.getMessage() + " Go on with:\n  " + resume);
        return INTERRUPTED;
      }
    } catch (Halted e) {
      throw new Halted(e.getMessage() + ":\n  " + resume);
    }
  }

  private String resumeCommand(Path directory) {
    List<String> words = new ArrayList<>(List.of("./tesuji", "run", recipe.toString()));
    words.addAll(overrides);
    words.addAll(List.of("--out", directory.toString(), "--resume"));
    return shell(words);
  }

  /// Writes a command as a shell reads it.
  static String shell(List<String> words) {
    return words.stream().map(RunCommand::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  static void print(JsonNode report, Path directory) {
    JsonNode before = report.path("before");
    JsonNode after = report.path("after");
    if (after.path("problems").asInt() > 0) {
      System.out.printf(Locale.ROOT, "%n%-28s %10s %10s%n", "", "before", "after");
    }
    row("accuracy (pass@1)", "accuracy", before, after, "%10.3f");
    row("pass@8", "pass_at_8", before, after, "%10.3f");
    row("maj@8", "maj_at_8", before, after, "%10.3f");
    row("format", "format", before, after, "%10.3f");
    row("response length (tokens)", "response_length", before, after, "%10.1f");
    JsonNode tasks = after.path("tasks");
    for (String name : tasks.propertyNames()) {
      if (!name.endsWith("_ci95")) {
        String label = name.substring("eval/".length()).replaceFirst("/", ", ").replace('_', ' ');
        String shown = name.contains("length/") ? "%10.1f" : "%10.3f";
        row(label, name, before.path("tasks"), tasks, shown);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n%d steps in %s, at most %.2f GB resident.%n",
        report.path("steps").asInt(),
        Progress.time(report.path("training_seconds").asDouble()),
        report.path("peak_memory_bytes").asDouble() / 1e9);
    System.out.println("model   " + report.path("model").asString(""));
    System.out.println("report  " + directory.resolve("report.html"));
  }

  private static void row(
      String label, String key, JsonNode before, JsonNode after, String format) {
    if (after.path(key).isNumber()) {
      System.out.printf(
          Locale.ROOT,
          "%-28s " + format + " " + format + "%n",
          label,
          before.path(key).asDouble(),
          after.path(key).asDouble());
    }
  }
}
