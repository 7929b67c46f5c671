package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A benchmark in a process of its own, started as this one was.
final class ChildProcess {
  private static final int OVERHEAD = 60; // seconds to start, to draw weights and to end

  private static final String MAIN = "dev.tesuji.cli.Main"; // above this module

  private ChildProcess() {}

  /// Measures, and adds what was found to a row: `seconds`, `seconds_per_token`, `runs`,
  /// `resident_bytes`, `planned_bytes`; or `skipped` and why.
  ///
  /// @param arguments those of a benchmark that ends with JSON
  /// @param cap the seconds that it was given; it is ended a minute after twice as many
  static ObjectNode measure(List<String> arguments, double cap, ObjectNode row, long tokens) {
    try {
      Path said = Files.createTempFile("tesuji-bench", ".out");
      Path complained = Files.createTempFile("tesuji-bench", ".err");
      try {
        Process process =
            new ProcessBuilder(command(arguments))
                .redirectOutput(said.toFile())
                .redirectError(complained.toFile())
                .start();
        if (!process.waitFor((long) (2 * cap) + OVERHEAD, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          return row.put("skipped", String.format(Locale.ROOT, "not over within %.0f s", 2 * cap));
        }
        return process.exitValue() == 0
            ? found(row, last(said), tokens)
            : row.put("skipped", last(complained));
      } finally {
        Files.deleteIfExists(said);
        Files.deleteIfExists(complained);
      }
    } catch (IOException e) {
      throw SafeFiles.failed(Path.of(System.getProperty("java.io.tmpdir")), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInput("interrupted", e);
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(arguments);
    return command;
  }

  private static String last(Path file) throws IOException {
    return Files.readAllLines(file).stream().reduce("it said nothing", (_, line) -> line);
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
