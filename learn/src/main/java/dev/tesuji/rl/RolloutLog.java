package dev.tesuji.rl;

import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Writes every completion of every step, a JSON-lines file per step.
public final class RolloutLog {
  private final Path folder;

  /// Writes into a folder.
  public RolloutLog(Path folder) {
    this.folder = folder;
  }

  /// Writes the completions of a step.
  ///
  /// @param step the step, from 1
  /// @param groups all groups, those that are learned from first
  /// @param advantages of the completions of those
  void write(int step, List<Group> groups, double[] advantages) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    for (Group group : groups) {
      for (Rollout r : group.rollouts()) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("step", step);
        line.put("problem_id", group.problem().id());
        line.put("source", group.problem().source());
        line.put("prompt", group.problem().text());
        line.put("gold", group.problem().answer());
        line.put("completion", r.graded().response().text());
        line.put("verdict", r.graded().verdict().toString());
        r.graded().parts().forEach(line::put);
        line.put("reward", r.graded().total());
        if (i < advantages.length) {
          line.put("advantage", advantages[i]);
        } else {
          line.putNull("advantage");
        }
        line.put("tokens", r.length());
        line.put("finish_reason", r.completion().reason().toString());
        if (!r.graded().trouble().isEmpty()) {
          line.put("trouble", r.graded().trouble());
        }
        text.append(Json.line(line)).append('\n');
        i++;
      }
    }
    SafeFiles.replace(file(step), text.toString());
  }

  /// Deletes the files of steps that will be made again.
  void dropAfter(int step) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (file.compareTo(file(step)) > 0) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new BadInput(folder + ": could not be cleaned up: " + e.getMessage(), e);
    }
  }

  private Path file(int step) {
    return folder.resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step));
  }
}
