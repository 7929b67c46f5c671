package dev.tesuji.runner;

import dev.tesuji.json.Json;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.StageSettings.Product;
import dev.tesuji.report.Report;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import dev.tesuji.tensor.Memory;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The report of a run that has come to its end.
///
/// @param run the run directory
/// @param context what the stages shared
/// @param state what they came to
/// @param places where the models lie
record RunReport(RunDirectory run, RunContext context, State state, ModelPlaces places) {
  /// Writes `report.json` and `report.html`.
  ///
  /// @param before the evaluation before the first stage
  /// @param after the evaluation after the last
  /// @return what `report.json` holds
  ObjectNode write(JsonNode before, JsonNode after) {
    Recipe recipe = context.recipe();
    ObjectNode report = Json.MAPPER.createObjectNode();
    report.put("name", recipe.name());
    if (recipe.hasLanguageModel()) {
      report.put("task", context.task().name());
    }
    report.put("seed", recipe.seed());
    report.set("before", before);
    report.set("after", after);
    recipe.source(recipe.stages().size()).ifPresent(m -> report.put("after_stage", m.name()));
    report.put("steps", state.stages().stream().mapToInt(m -> m.path("steps").asInt()).sum());
    double seconds = before.path("seconds").asDouble() + after.path("seconds").asDouble();
    ArrayNode stages = report.putArray("stages");
    for (JsonNode stage : state.stages()) {
      seconds += stage.path("seconds").asDouble();
      stages.add(stage);
    }
    report.put(
        "training_seconds",
        seconds - before.path("seconds").asDouble() - after.path("seconds").asDouble());
    double others =
        after.path("test_time_seconds").asDouble()
            + state.stages().stream()
                .mapToDouble(m ->
                    m.path("evaluation").path("seconds").asDouble()
                        + m.path("start").path("seconds").asDouble())
                .sum();
    report.put("wall_seconds", seconds + others);
    report.put("peak_memory_bytes", Memory.peakResident());
    report.put("long_prompts", context.longPrompts());
    report.put("long_texts", context.longTexts());
    report.put("model", lastModel().toString());
    context.engines().account().ifPresent(account -> report.set("fleet", account));
    ArrayNode matches = Json.MAPPER.createArrayNode();
    state.stages().forEach(stage -> stage.path("matches").forEach(matches::add));
    if (!matches.isEmpty()) {
      report.set("matches", matches);
    }
    new Report(
            run, recipe.evaluation().reflectiveWords(), recipe.streams().seed(Purpose.TRANSCRIPTS))
        .write(report, recipe.toYaml());
    return report;
  }

  /// Returns the folder of the last model: a language model where there is one, else a player.
  private Path lastModel() {
    Recipe recipe = context.recipe();
    if (recipe.hasLanguageModel()) {
      return places.last();
    }
    return recipe.stages().reversed().stream()
        .filter(stage -> stage.makes() == Product.PLAYER)
        .findFirst()
        .map(stage -> places.madeBy(stage.name()))
        .orElse(run.root());
  }
}
