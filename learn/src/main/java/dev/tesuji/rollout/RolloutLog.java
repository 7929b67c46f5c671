package dev.tesuji.rollout;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Segment;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes every rollout of every step, a JSON-lines file per step.
public final class RolloutLog {
  private final Path folder;

  /// Writes into a folder.
  public RolloutLog(Path folder) {
    this.folder = folder;
  }

  /// Writes the rollouts of a step.
  ///
  /// @param step the step, from 1
  /// @param groups all groups, those that are learned from first
  /// @param advantages of the rollouts of those
  /// @param maskTruncated whether rollouts that the length limit ended are not learned from
  public void write(int step, List<Group> groups, double[] advantages, boolean maskTruncated) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    for (Group group : groups) {
      int sample = 0;
      for (Rollout r : group.rollouts()) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.put("step", step);
        if (group.problem().task() != null) {
          line.put("task", group.problem().task());
        }
        line.put("problem_id", group.problem().id()).put("sample", sample++);
        line.put("source", group.problem().source());
        line.put("prompt", group.problem().text());
        line.put("gold", group.problem().answer());
        line.put("completion", r.graded().response().text());
        line.put("verdict", r.graded().verdict().toString());
        r.graded().parts().forEach(line::put);
        line.put("reward", r.graded().trainable() ? r.reward() : r.graded().total());
        if (i < advantages.length) {
          line.put("advantage", advantages[i]);
        } else {
          line.putNull("advantage");
        }
        line.put("tokens", r.length());
        line.put("finish_reason", r.graded().response().reason().toString());
        String dropped = dropped(r, i < advantages.length, maskTruncated);
        if (!dropped.isEmpty()) {
          line.put("dropped", dropped);
        }
        if (r.trajectory().turns() > 1) {
          putTurns(line, r);
        }
        if (!r.graded().trouble().isEmpty()) {
          line.put("trouble", r.graded().trouble());
        }
        text.append(Json.line(line)).append('\n');
        i++;
      }
    }
    SafeFiles.replace(file(step), text.toString());
  }

  /// Returns why a rollout is not learned from, in the words of the metrics that count them; empty
  /// where it is.
  private static String dropped(Rollout rollout, boolean isKept, boolean maskTruncated) {
    if (!isKept) {
      return "filtered"; // its group has no signal
    }
    if (!rollout.graded().trainable()) {
      return rollout.graded().verdict().toString();
    }
    return maskTruncated && rollout.isTruncated() ? "truncated" : "";
  }

  /// Writes what was read and what was sampled, turn by turn: the text says only how it ended.
  private static void putTurns(ObjectNode line, Rollout rollout) {
    line.put("turns", rollout.trajectory().turns()).put("ending", rollout.ending().toString());
    ArrayNode points = line.putArray("turn_points");
    for (double p : rollout.turnPoints()) {
      points.add(p);
    }
    ArrayNode segments = line.putArray("segments");
    for (Segment s : rollout.trajectory().segments()) {
      ObjectNode segment = segments.addObject().put("learned", s.learned());
      if (s.anew()) {
        segment.put("anew", true);
      }
      ArrayNode ids = segment.putArray("token_ids");
      for (int id : s.ids()) {
        ids.add(id);
      }
    }
  }

  /// Deletes the files of steps that will be made again.
  public void dropAfter(int step) {
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
