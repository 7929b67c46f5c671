package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.recipe.Comparison;
import dev.tesuji.run.Halted;
import dev.tesuji.run.Progress;
import dev.tesuji.run.StopSignal;
import dev.tesuji.run.Stopped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The start and the end of a run in the terminal: its directory is checked, its work can be
/// stopped, its figures are printed.
final class SingleRun {
  private static final int INTERRUPTED = 130;

  private SingleRun() {}

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

  /// Writes a command as a shell reads it.
  static String shell(List<String> words) {
    return words.stream().map(SingleRun::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[\\w./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /// Prints what a run came to.
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
