package dev.tesuji.report;

import dev.tesuji.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The cost of a stage.
///
/// @param seconds of training steps, generation and grading included
/// @param evaluation seconds of the evaluation of what it made
/// @param completions drawn
/// @param generated tokens of those
/// @param tokens of prompts and completions, or of texts, that went through the stage
public record StageCost(
    double seconds, double evaluation, double completions, double generated, double tokens) {
  /// Adds up a stage.
  ///
  /// @param stage what `report.json` says of it
  /// @param evaluation what was found of the model that it made; missing where it was not looked at
  /// @param lines its lines of `metrics.jsonl`
  public static StageCost of(JsonNode stage, JsonNode evaluation, List<? extends JsonNode> lines) {
    double completions = 0;
    double generated = 0;
    double tokens = 0;
    for (JsonNode line : lines) {
      double drawn = line.path("generated").asDouble();
      completions += drawn;
      generated += drawn * line.path("completions/mean_length").asDouble();
      tokens = Math.max(tokens, line.path("num_tokens").asDouble());
    }
    return new StageCost(
        stage.path("seconds").asDouble(),
        evaluation.path("seconds").asDouble(),
        completions,
        generated,
        tokens);
  }

  ObjectNode toJson() {
    return Json.MAPPER
        .createObjectNode()
        .put("seconds", seconds)
        .put("evaluation_seconds", evaluation)
        .put("completions", completions)
        .put("tokens_generated", generated)
        .put("tokens", tokens);
  }
}
