package dev.tesuji.runner;

import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.recipe.TestTimeConfig;
import dev.tesuji.report.TestTimeReport;
import dev.tesuji.report.TrainingCurve;
import dev.tesuji.reward.Reward;
import dev.tesuji.rewardmodel.ModelReward;
import dev.tesuji.run.Progress;
import dev.tesuji.run.RunDirectory;
import dev.tesuji.stage.RunContext;
import dev.tesuji.testtime.ComputeAccuracyCurves;
import dev.tesuji.testtime.TestTime;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Measures test-time compute before the first stage and after the last, when a recipe asks for it.
///
/// @param config what is measured
/// @param run where `testtime.json` and `testtime.html` are written
/// @param context what is left with the model of the last stage
record TestTimeRun(
    TestTimeConfig config, RunDirectory run, RunContext context, PrintStream console) {
  /// Measures both models and writes both files.
  ///
  /// @param before the directory of the model that the run began with
  /// @param after the directory of the model that it made
  /// @return how many seconds it took
  double measure(Path before, Path after) {
    Task task = context.posed(config.task()).orElseThrow();
    List<ObjectNode> models =
        List.of(measure(task, before, "before"), measure(task, after, "after"));
    List<TrainingCurve> training = TrainingCurve.read(run.metrics());
    TestTimeReport.write(run.root(), task.name(), models, training);
    return models.stream().mapToDouble(m -> m.path("seconds").asDouble()).sum();
  }

  private ObjectNode measure(Task task, Path model, String name) {
    console.print("Measuring test-time compute " + name + " training ... ");
    console.flush();
    context.goTo(model);
    EvaluationConfig posed = config.posed(context.recipe().evaluation().posed());
    TestTime test =
        new TestTime(context.evaluated(task), posed, config.forcing(), context.recipe().streams());
    ComputeAccuracyCurves spending = test.measure(judge(task));
    console.println("done in " + Progress.time(spending.seconds()));
    return spending.toJson(name);
  }

  private @Nullable Reward judge(Task task) {
    Path directory =
        config.rewardStage() == null ? config.rewardModel() : context.modelOf(config.rewardStage());
    return directory == null
        ? null
        : new ModelReward(
            "testTime",
            task,
            directory,
            context.model().decoder().device(),
            new ModelReward.Settings(ModelReward.Scored.ALL, false, 64));
  }
}
