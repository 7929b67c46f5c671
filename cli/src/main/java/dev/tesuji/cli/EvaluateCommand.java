package dev.tesuji.cli;

import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.MeasuringTask;
import dev.tesuji.harness.HarnessTasks;
import dev.tesuji.json.Json;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.weights.LoadedModel;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Evaluates a model.
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Evaluates a model on held-out problems: pass@1, pass@k, maj@k with intervals.",
    description = {
      "",
      "Samples several responses to each problem; pass@k and maj@k are estimated without bias from"
          + " all of them, with 95 %% intervals over problems. The last line printed is JSON.",
      "",
      "  ./tesuji evaluate --model runs/r1-zero/models/rl --task chainSums",
      "  ./tesuji evaluate --model DIR --task gsm8k --data test.jsonl --samples 16 --temperature 0.6",
      "",
      "Or asks and grades as lm-evaluation-harness does: arc_easy, arc_challenge, hellaswag, math_500,"
          + " ifeval, and harness/gsm8k. Answers are then chosen by log-likelihood, or written"
          + " greedily; the options of sampling do not count.",
      "",
      "  ./tesuji evaluate --model DIR --task arc_easy --data allenai/ai2_arc --problems 500",
      "  ./tesuji evaluate --model DIR --task harness/gsm8k --data test.jsonl --few-shot-data train.jsonl",
      ""
    })
final class EvaluateCommand implements Runnable {
  @Mixin ModelOptions model = new ModelOptions();

  @Mixin TaskOptions posed = new TaskOptions();
  @Mixin SamplingOptions options = new SamplingOptions();
  @Mixin HarnessOptions harness = new HarnessOptions();

  @Override
  public void run() {
    Optional<HarnessTasks> named = HarnessTasks.named(posed.task);
    if (named.isPresent()) {
      harness.run(named.get(), model, posed);
      return;
    }
    harness.refuse();
    Task opened = posed.open(model.directory);
    EvaluationConfig config = posed.evaluation(options);
    try (LoadedModel loaded = model.load()) {
      long seed = Streams.of(options.seed).seed(Purpose.EVALUATION);
      Evaluator evaluator = new Evaluator(loaded, opened, config, seed);
      Evaluator.Sampled sampled = evaluator.sample();
      ObjectNode found = evaluator.summary(sampled).toJson();
      MeasuringTask.addTo(found, opened, sampled.byProblem());
      print(found);
      found.remove("examples");
      System.out.println(Json.line(found));
    }
  }

  private static void print(ObjectNode found) {
    for (var e : found.properties()) {
      JsonNode interval = found.path(e.getKey() + "_ci95");
      if (e.getValue().isNumber() && interval.size() == 2) {
        System.out.printf(
            Locale.ROOT,
            "%-12s %.3f  [%.3f, %.3f]%n",
            e.getKey(),
            e.getValue().doubleValue(),
            interval.get(0).doubleValue(),
            interval.get(1).doubleValue());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-12s %.3f%nlength       %.1f tokens%n",
        "format",
        found.path("format").asDouble(),
        found.path("response_length").asDouble());
  }
}
