package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.cluster.FleetSettings;
import dev.tesuji.cluster.SparkFleet;
import dev.tesuji.cluster.SparkInstallation;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.runner.RecipeRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Runs a recipe whose rollouts are drawn by the executors of a Spark cluster.
@Command(
    name = "spark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Runs a recipe on a Spark cluster: its executors draw, and compute gradients.",
    description = {
      "",
      "  ./tesuji spark-cluster start --workers 2 --cores 1     or a cluster that you have",
      "  ./tesuji spark recipes/r1-zero.yaml --master spark://127.0.0.1:7077 --executors 2 \\",
      "      --out runs/r1-zero-fleet",
      "",
      "Rollouts, evaluations, pass rates, rejection sampling and all else that the recipe's models"
          + " write are drawn on the executors. With compute.leaves=N (as many on any fleet, and"
          + " without one), updates are cut into N parts whose gradients are computed there too."
          + " Problems, grading and optimizers stay in this process.",
      "",
      "The run directory holds what './tesuji run' leaves there, with the same models, rollouts and"
          + " samples byte for byte, for any number of executors and partitions, and after executors"
          + " are lost. Machines that would draw other bits are refused. See docs/scale.md.",
      ""
    })
final class SparkCommand implements Callable<Integer> {
  @Option(
      names = "--master",
      required = true,
      paramLabel = "URL",
      description = "The cluster: spark://HOST:PORT.")
  String master = "";

  @Option(
      names = "--executors",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many executors; the run begins with all. Default: ${DEFAULT-VALUE}.")
  int executors = 1;

  @Option(
      names = "--executor-cores",
      paramLabel = "C",
      defaultValue = "1",
      description = "Cores of each executor. Default: ${DEFAULT-VALUE}.")
  int cores = 1;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description =
          "Heap of each executor; weights, keys and values lie outside. Default: ${DEFAULT-VALUE}.")
  String memory = "1g";

  @Option(
      names = "--partitions",
      paramLabel = "K",
      defaultValue = "0",
      description =
          "Into how many chunks a batch of rollouts is cut; changes no byte. Default: two for each"
              + " core of the fleet.")
  int partitions;

  @Option(
      names = "--weights",
      paramLabel = "DIR",
      description =
          "The folder through which executors get weights; all machines must see it at the same"
              + " place. Default: 'weights' in the run directory, deleted at the end.")
  @Nullable Path weights;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait for executors, at the start or when all are lost. Default:"
              + " ${DEFAULT-VALUE}.")
  int wait = 60;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, such as spark.speculation=true. Repeatable.")
  Map<String, String> conf = new LinkedHashMap<>();

  @Mixin RunOptions options = new RunOptions();

  @Override
  public Integer call() {
    SparkInstallation spark = SparkInstallation.ofLauncher();
    if (Comparison.isIn(options.recipe, options.overrides)) {
      throw BadInput.in(
          options.recipe,
          "is run with several seeds or variants, and a fleet runs one at a time; run each with"
              + " './tesuji spark' and a --out of its own, such as seed=1");
    }
    Recipe parsed = Kit.READER.read(options.recipe, options.overrides);
    Path directory = options.directory(parsed.name());
    SingleRun.checkSingle(directory);
    if (options.resume) {
      RunDirectory.checkBegun(directory);
    } else {
      RunDirectory.checkFree(directory);
    }
    return SingleRun.guarded(
        resumeCommand(directory),
        stop -> {
          try (SparkFleet fleet = SparkFleet.connect(settings(spark, directory))) {
            System.out.printf(
                "Fleet: %d executors of %d cores each at %s, which %s%n",
                executors, cores, master, work(parsed.compute().leaves()));
            RecipeRunner runner =
                new RecipeRunner(
                    Kit.REGISTRY.withEngines(fleet).withLeafRunners(fleet::leafRunner),
                    parsed,
                    directory,
                    options.resume,
                    System.out);
            SingleRun.print(runner.run(stop), directory);
            System.out.printf(
                "fleet   %d chunks were drawn on %s, %d of them at a second attempt%n",
                fleet.chunksDrawn(), master, fleet.chunksDrawnAgain());
          }
          return 0;
        });
  }

  private static String work(int leaves) {
    return leaves > 1
        ? "draw, and compute the gradients of " + leaves + " leaves of an update"
        : "draw; this process trains (compute.leaves is " + leaves + ")";
  }

  private FleetSettings settings(SparkInstallation spark, Path directory) {
    try {
      return new FleetSettings(
          master,
          executors,
          cores,
          memory,
          partitions,
          weights == null
              ? directory.resolve("weights")
              : weights.resolve("run-" + ProcessHandle.current().pid()),
          wait,
          spark.shipped(),
          conf);
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }

  private String resumeCommand(Path directory) {
    List<String> more = new ArrayList<>();
    more.addAll(List.of("--master", master, "--executors", Integer.toString(executors)));
    more.addAll(List.of("--executor-cores", Integer.toString(cores)));
    more.addAll(List.of("--executor-memory", memory));
    if (weights != null) {
      more.addAll(List.of("--weights", weights.toString()));
    }
    conf.forEach((key, value) -> more.addAll(List.of("--conf", key + "=" + value)));
    return options.resumeCommand("spark", more, directory);
  }
}
