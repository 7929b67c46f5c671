package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A side of a comparison: a command that measures, and whose last line is JSON.
///
/// @param name what it measures with, and in which type
/// @param command program and arguments
record Contestant(String name, List<String> command) {
  /// The runs of one turn, or of several.
  ///
  /// @param seconds of each run
  /// @param peak the most bytes that were resident; 0 where that is not told
  /// @param trouble why there are none, or no more; null where all went well
  record Runs(List<Double> seconds, long peak, @Nullable String trouble) {
    /// No run yet.
    static final Runs NONE = new Runs(List.of(), 0, null);

    private static Runs failed(String trouble) {
      return new Runs(List.of(), 0, trouble);
    }

    /// Returns these and others.
    Runs plus(Runs other) {
      List<Double> all = new ArrayList<>(seconds);
      all.addAll(other.seconds);
      return new Runs(all, Math.max(peak, other.peak), other.trouble);
    }

    /// Returns whether all turns went well.
    boolean isWhole() {
      return trouble == null && !seconds.isEmpty();
    }

    /// Returns the median of the runs; NaN where there is none.
    double median() {
      return seconds.isEmpty()
          ? Double.NaN
          : Bench.median(seconds.stream().mapToDouble(s -> s).toArray());
    }
  }

  /// Measures once.
  ///
  /// @param limit the seconds after which it is ended
  Runs measure(double limit) {
    ChildProcess.Said said = ChildProcess.run(command, limit);
    return said.trouble() == null ? read(said.last()) : Runs.failed(said.trouble());
  }

  /// Reads the line that a command ends with: `runs` in seconds, as ours and the peers' script have
  /// it, or `samples_ns`, as llama-bench does.
  static Runs read(String line) {
    List<Double> seconds = new ArrayList<>();
    long peak = 0;
    try {
      JsonNode told = Json.MAPPER.readTree(line);
      told.path("runs").forEach(run -> seconds.add(run.asDouble(0)));
      told.path("samples_ns").forEach(run -> seconds.add(run.asDouble(0) / 1e9));
      peak = told.path("peak_memory_bytes").asLong(0);
    } catch (JacksonException e) {
      seconds.clear();
    }
    boolean sound = !seconds.isEmpty() && seconds.stream().allMatch(s -> s > 0 && s < 1e9);
    return sound
        ? new Runs(seconds, peak, null)
        : Runs.failed(
            "its last line must be JSON with the seconds of its runs, got '"
                + BadInput.brief(line)
                + "'");
  }
}
