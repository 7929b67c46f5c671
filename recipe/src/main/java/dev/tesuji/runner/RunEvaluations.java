package dev.tesuji.runner;

import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.EvaluationLog;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.MeasuringTask;
import dev.tesuji.json.Json;
import dev.tesuji.random.Purpose;
import dev.tesuji.recipe.StageSettings;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import dev.tesuji.train.Metrics;
import dev.tesuji.train.MetricsLog;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The evaluations of a run.
///
/// @param context has the task and the model
/// @param out the run directory
/// @param console where to tell what was found
record RunEvaluations(RunContext context, Path out, PrintStream console) {
  /// Evaluates the model of the context.
  ///
  /// @param name names what is evaluated: a stage, or the base
  /// @param when says so on the console
  ObjectNode evaluate(String name, String when) {
    EvaluationConfig config = context.recipe().evaluation().posed();
    if (config.problems() == 0 || !context.recipe().hasLanguageModel()) {
      ObjectNode nothing = Json.MAPPER.createObjectNode().put("problems", 0).put("seconds", 0);
      nothing.putArray("examples");
      return nothing;
    }
    console.printf(
        Locale.ROOT,
        "Evaluating %s: %d held-out problems x %d samples at temperature %s ... ",
        when,
        context.task().heldOut(config.problems()).size(),
        config.samples(),
        config.sampling().temperature());
    console.flush();
    Evaluator evaluator =
        new Evaluator(
            context.evaluated(context.task()),
            context.task(),
            config,
            context.recipe().streams().seed(Purpose.EVALUATION));
    Evaluator.Sampled sampled = evaluator.sample();
    EvaluationLog.write(out.resolve(RunDirectory.EVALUATIONS), name, sampled.byProblem());
    ObjectNode found = evaluator.summary(sampled).toJson();
    MeasuringTask.addTo(found, context.task(), sampled.byProblem());
    console.printf(
        Locale.ROOT,
        "accuracy %.3f in %s%n",
        found.path("accuracy").asDouble(),
        Progress.time(found.path("seconds").asDouble()));
    return found;
  }

  /// Evaluates another model than the recipe's that a stage starts from, unless an earlier stage
  /// started there too.
  Optional<ObjectNode> evaluateStart(int index) {
    StageSettings stage = context.recipe().stages().get(index);
    Path other = stage.common().model();
    boolean seen =
        context.recipe().stages().subList(0, index).stream()
            .map(StageSettings::common)
            .anyMatch(c -> c.evaluate() && Objects.equals(c.model(), other));
    boolean asked = stage.common().evaluate() && stage.trainsLanguageModel();
    if (other == null || !asked || seen) {
      return Optional.empty();
    }
    String name = String.valueOf(other.getFileName());
    ObjectNode found =
        evaluate(name, "'" + name + "', which stage '" + stage.name() + "' begins with");
    return Optional.of(found.put("model", name));
  }

  /// Appends what the task measured of an evaluation to the metrics of a stage.
  static void log(RunDirectory run, String stage, int step, JsonNode found) {
    Metrics metrics = new Metrics();
    for (JsonNode measured : found) {
      measured.properties().stream()
          .filter(e -> e.getValue().isNumber())
          .forEach(e -> metrics.put(e.getKey(), e.getValue().doubleValue()));
    }
    if (!metrics.values().isEmpty()) {
      MetricsLog.note(run, stage, step, metrics);
    }
  }
}
