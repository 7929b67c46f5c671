package dev.tesuji.evaluate;

import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Writes every response that an evaluation drew, a line each.
public final class EvaluationLog {
  private EvaluationLog() {}

  /// Writes a file.
  ///
  /// @param folder where to
  /// @param name of the file, without its ending
  /// @param byProblem the responses to each problem
  public static void write(Path folder, String name, List<List<Graded>> byProblem) {
    StringBuilder text = new StringBuilder();
    for (List<Graded> responses : byProblem) {
      for (Graded g : responses) {
        Response r = g.response();
        ObjectNode line = Json.MAPPER.createObjectNode();
        if (r.problem().task() != null) {
          line.put("task", r.problem().task());
        }
        line.put("problem_id", r.problem().id()).put("prompt", r.problem().text());
        line.put("gold", r.problem().answer()).put("completion", r.text());
        line.put("verdict", g.verdict().toString()).put("tokens", r.tokens());
        line.put("finish_reason", r.reason().toString());
        text.append(Json.line(line)).append('\n');
      }
    }
    SafeFiles.replace(folder.resolve(name + ".jsonl"), text.toString());
  }
}
