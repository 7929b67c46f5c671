package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A benchmark in a process of its own.
final class ChildProcess {
  private static final int OVERHEAD = 60; // seconds to start, to draw weights and to end

  private static final String MAIN = "dev.tesuji.cli.Main"; // above this module

  private ChildProcess() {}

  /// The last line of a process, or the reason why it is of no use.
  ///
  /// @param last the last line that it printed
  /// @param trouble why that is of no use; null where it ended well
  record Said(String last, @Nullable String trouble) {}

  /// Runs a command to its end.
  ///
  /// @param limit the seconds after which it is ended, with all that it started
  /// @throws BadInput when this thread is interrupted
  static Said run(List<String> command, double limit) {
    try {
      Path said = Files.createTempFile("tesuji-bench", ".out");
      Path complained = Files.createTempFile("tesuji-bench", ".err");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(said.toFile())
                .redirectError(complained.toFile())
                .start();
        try {
          if (!process.waitFor(Math.round(1e3 * limit), TimeUnit.MILLISECONDS)) {
            return new Said("", String.format(Locale.ROOT, "not over within %.0f s", limit));
          }
        } finally {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly().waitFor();
        }
        int status = process.exitValue();
        return status == 0
            ? new Said(last(said), null)
            : new Said("", "it ended with status " + status + ": " + last(complained));
      } finally {
        Files.deleteIfExists(said);
        Files.deleteIfExists(complained);
      }
    } catch (IOException e) {
      return new Said("", "it cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInput("interrupted", e);
    }
  }

  /// Measures with a process that is started as this one was, and adds what was found to a row:
  /// `seconds`, `seconds_per_token`, `runs`, `resident_bytes`, `planned_bytes`; or `skipped` and
  /// why.
  ///
  /// @param arguments those of a benchmark that ends with JSON
  /// @param cap the seconds that it was given; it is ended a minute after twice as many
  static ObjectNode measure(List<String> arguments, double cap, ObjectNode row, long tokens) {
    Said said = run(command(arguments), 2 * cap + OVERHEAD);
    return said.trouble == null ? found(row, said.last, tokens) : row.put("skipped", said.trouble);
  }

  /// Returns the command that does with other arguments what this process does.
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    return command;
  }

  private static String last(Path file) throws IOException {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank())
          .reduce("it said nothing", (_, line) -> line);
    } catch (MalformedInputException e) {
      return "what it said is no text";
    }
  }

  private static ObjectNode found(ObjectNode row, String line, long tokens) {
    JsonNode found = Json.MAPPER.readTree(line);
    double[] seconds = found.path("runs").valueStream().mapToDouble(JsonNode::asDouble).toArray();
    double median = Bench.median(seconds);
    row.put("seconds", median).put("seconds_per_token", median / tokens);
    row.set("runs", found.path("runs"));
    row.put("resident_bytes", found.path("peak_memory_bytes").asLong());
    row.put("planned_bytes", found.path("planned_memory_bytes").asLong());
    row.put("products", found.path("products").asString());
    return row;
  }
}
