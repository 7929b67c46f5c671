package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.random.Streams;
import dev.tesuji.report.TestTimeReport;
import dev.tesuji.report.TrainingCurve;
import dev.tesuji.reward.Reward;
import dev.tesuji.rewardmodel.ModelReward;
import dev.tesuji.testtime.ComputeAccuracyCurves;
import dev.tesuji.testtime.Curve;
import dev.tesuji.testtime.Forcing;
import dev.tesuji.testtime.TestTime;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Measures what a model gains from samples and from thinking.
@Command(
    name = "testtime",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures accuracy against what is spent on a problem: votes, choices, thinking.",
    description = {
      "",
      "Votes (maj@k), the best of k by a reward model, any of k (pass@k), thinking that is cut off"
          + " after a budget and thinking that is made to go on, each against the tokens that it"
          + " takes, with 95 %% intervals. Writes testtime.html and testtime.json.",
      "",
      "  ./tesuji testtime --model runs/r1-zero/models/rl --task chainSums --samples 16 \\",
      "      --before models/base --run runs/r1-zero --out runs/testtime",
      ""
    })
final class TestTimeCommand implements Runnable {
  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--before",
      paramLabel = "DIR",
      description = "Another model to measure alike, such as the one that training began with.")
  @Nullable Path before;

  @Mixin TaskOptions posed = new TaskOptions();

  @Option(
      names = "--reward-model",
      paramLabel = "DIR",
      description = "The reward model that chooses the best of k. Default: none, no best of k.")
  @Nullable Path rewardModel;

  @Option(
      names = "--budgets",
      split = ",",
      paramLabel = "B",
      description =
          "Tokens of thinking after which it is cut off. Default: powers of two below"
              + " --max-new-tokens.")
  List<Integer> budgets = new ArrayList<>();

  @Option(
      names = "--extensions",
      defaultValue = "2",
      paramLabel = "N",
      description = "How often thinking is made to go on; 0: never. Default: ${DEFAULT-VALUE}.")
  int extensions = 2;

  @Option(
      names = "--wait-word",
      defaultValue = "Wait",
      paramLabel = "TEXT",
      description = "What makes it go on. Default: ${DEFAULT-VALUE}.")
  String waitWord = "Wait";

  @Option(
      names = "--answer",
      defaultValue = "<answer>",
      paramLabel = "TEXT",
      description = "What begins an answer after a forced end. Default: ${DEFAULT-VALUE}.")
  String answer = "<answer>";

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "The run that made the model: its curve of training is drawn beside.")
  @Nullable Path run;

  @Option(
      names = "--out",
      defaultValue = "runs/testtime",
      paramLabel = "DIR",
      description = "Where testtime.html and testtime.json are written. Default: ${DEFAULT-VALUE}.")
  Path out = Path.of("runs", "testtime");

  @Mixin SamplingOptions options = new SamplingOptions();

  @Override
  public void run() {
    EvaluationConfig config = posed.evaluation(options);
    Task task = posed.open(model.directory);
    List<TrainingCurve> training = training();
    List<ObjectNode> measured = new ArrayList<>();
    ModelOptions after = model;
    if (before != null) {
      ModelOptions base = new ModelOptions();
      base.directory = before;
      base.dtype = after.dtype;
      base.device = after.device;
      measured.add(measure(base, "before", task, config));
    }
    measured.add(measure(after, before == null ? "model" : "after", task, config));
    TestTimeReport.write(out, task.name(), measured, training);
    System.out.println("page    " + out.resolve("testtime.html"));
  }

  private List<TrainingCurve> training() {
    if (run == null) {
      return List.of();
    }
    Path metrics = run.resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      throw BadInput.in(run, "holds no metrics.jsonl; --run must name the directory of a run");
    }
    return TrainingCurve.read(metrics);
  }

  private ObjectNode measure(ModelOptions which, String name, Task task, EvaluationConfig config) {
    try (LoadedModel loaded = which.load()) {
      TestTime test = new TestTime(loaded, task, config, forcing(), Streams.of(options.seed));
      Reward judge =
          rewardModel == null
              ? null
              : new ModelReward(
                  "judge",
                  task,
                  rewardModel,
                  loaded.decoder().device(),
                  new ModelReward.Settings(ModelReward.Scored.ALL, false, 64));
      ComputeAccuracyCurves spending = test.measure(judge);
      print(name, spending);
      return spending.toJson(name);
    }
  }

  private Forcing forcing() {
    try {
      return new Forcing(budgets, extensions, Forcing.DEFAULT.end(), answer, waitWord);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
  }

  private static void print(String name, ComputeAccuracyCurves spending) {
    for (Curve curve : spending.curves()) {
      for (Curve.Point p : curve.points()) {
        System.out.printf(
            Locale.ROOT,
            "%-8s %-9s %4d  %8.1f tokens  %8.1f thinking  %.3f  [%.3f, %.3f]%n",
            name,
            curve.method().toString().toLowerCase(Locale.ROOT),
            p.size(),
            p.tokens(),
            p.thinking(),
            p.accuracy().mean(),
            p.accuracy().low(),
            p.accuracy().high());
      }
    }
  }
}
