package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.tracking.Tracker;
import dev.tesuji.tracking.TrackingSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Sends a run to a tracker.
@Command(
    name = "track",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Sends a run to an MLflow server: all of it, or what it has not got yet.",
    description = {
      "",
      "A run tells the server that its recipe (tracking) or MLFLOW_TRACKING_URI names while it goes"
          + " on. This sends what that server missed, or a run that was never tracked.",
      "",
      "  ./tesuji track runs/r1-zero",
      "  ./tesuji track runs/r1/runs/*",
      "  ./tesuji track runs/r1-zero --uri http://127.0.0.1:5000 --experiment r1 --models",
      ""
    })
final class TrackCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run directories.")
  List<Path> folders = List.of();

  @Option(
      names = "--uri",
      paramLabel = "URL",
      description = "The server's address. Default: the recipe's, or MLFLOW_TRACKING_URI.")
  @Nullable String uri;

  @Option(
      names = "--experiment",
      paramLabel = "NAME",
      description = "The experiment. Default: the recipe's, MLFLOW_EXPERIMENT_NAME, or tesuji.")
  @Nullable String experiment;

  @Option(names = "--models", description = "Sends the last stage's model too.")
  boolean models;

  @Option(
      names = "--register-as",
      paramLabel = "NAME",
      description = "Makes that model a version of a registered model.")
  @Nullable String registerAs;

  @Override
  public Integer call() {
    try {
      int status = 0;
      for (Path folder : folders) {
        status = Math.max(status, track(folder));
      }
      return status;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private int track(Path folder) throws InterruptedException {
    try (RunDirectory run = RunDirectory.resume(folder);
        Tracker tracker = open(run)) {
      String missing = tracker.catchUpAtRest().orElse("");
      if (!missing.isEmpty()) {
        System.err.println("tesuji: " + folder + ": not all has arrived: " + missing);
        return 1;
      }
      System.out.println(folder + " is run " + tracker.run() + " of " + tracker.server());
      return 0;
    }
  }

  private Tracker open(RunDirectory run) {
    Recipe recipe = Kit.READER.read(run.recipe(), List.of());
    TrackingSettings own = recipe.tracking();
    TrackingSettings settings;
    try {
      settings =
          new TrackingSettings(
              uri == null ? own.uri() : uri,
              experiment == null ? own.experiment() : experiment,
              models || own.models(),
              registerAs == null ? own.registerAs() : registerAs);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option --" + e.getMessage(), e);
    }
    return Tracker.of(run.root(), settings, System.getenv(), System.err::println)
        .orElseThrow(() ->
            new BadInput(
                "option --uri is missing, and neither the recipe's tracking nor "
                    + TrackingSettings.URI_VARIABLE
                    + " names a server"));
  }
}
