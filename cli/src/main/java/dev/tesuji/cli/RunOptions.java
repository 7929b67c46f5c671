package dev.tesuji.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The recipe of a run, what is set in it, and the directory of the run.
final class RunOptions {
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

  /// Returns the run directory.
  ///
  /// @param name the recipe's
  Path directory(String name) {
    return out == null ? Path.of("runs", name) : out;
  }

  /// Returns the command that goes on with the run.
  ///
  /// @param command such as `run`
  /// @param more its other options
  String resumeCommand(String command, List<String> more, Path directory) {
    List<String> words = new ArrayList<>(List.of("./tesuji", command, recipe.toString()));
    words.addAll(overrides);
    words.addAll(more);
    words.addAll(List.of("--out", directory.toString(), "--resume"));
    return SingleRun.shell(words);
  }
}
