package dev.tesuji.cli;

import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.input.BadInput;
import dev.tesuji.input.Json;
import dev.tesuji.input.Require;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.task.Task;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.world.Scores;
import dev.tesuji.world.World;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
      "  ./tesuji evaluate --model runs/r1-zero/models/rl --task chain-sums",
      "  ./tesuji evaluate --model DIR --task gsm8k --data test.jsonl --samples 16 --temperature 0.6",
      ""
    })
final class EvaluateCommand implements Runnable {
  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = "--task",
      required = true,
      paramLabel = "TASK",
      description = "chain-sums, world, gsm8k or jsonl (fields 'prompt' and 'answer').")
  String task = "";

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "The problems, all of which are posed (gsm8k, jsonl).")
  @Nullable Path data;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "The prompt: plain, r1-zero, chat (the model's chat template), or a text with {problem} in it.")
  @Nullable String template;

  @Option(
      names = "--problems",
      defaultValue = "256",
      paramLabel = "N",
      description = "How many problems at most. Default: ${DEFAULT-VALUE}.")
  int problems = 256;

  @Option(
      names = "--samples",
      defaultValue = "8",
      paramLabel = "G",
      description = "Responses to each problem. Default: ${DEFAULT-VALUE}.")
  int samples = 8;

  @Mixin SamplingOptions options = new SamplingOptions();

  @Override
  public void run() {
    Task opened = open();
    EvaluationConfig config;
    try {
      Require.atLeast(1, "problems", problems);
      config = new EvaluationConfig(problems, samples, options.maxNewTokens, options.sampling());
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
    try (LoadedModel loaded = model.load()) {
      Evaluator evaluator = new Evaluator(loaded, opened, config, options.seed);
      Evaluator.Sampled sampled = evaluator.sample();
      ObjectNode found = evaluator.summary(sampled).toJson();
      if (opened instanceof World) {
        found.set("world", Scores.of(sampled.byProblem()).toJson());
      }
      print(found);
      found.remove("examples");
      System.out.println(Json.line(found));
    }
  }

  private Task open() {
    TaskConfig config =
        switch (task) {
          case "chain-sums" -> TaskConfig.ChainSums.DEFAULT;
          case "world" -> TaskConfig.World.DEFAULT;
          case "gsm8k" -> new TaskConfig.Gsm8k(data, template == null ? "r1-zero" : template);
          case "jsonl" ->
              new TaskConfig.Jsonl(data, "prompt", "answer", template == null ? "plain" : template);
          default ->
              throw new BadInput(
                  "option --task must be chain-sums, world, gsm8k or jsonl, got '" + task + "'");
        };
    return config.open(data, AdapterDirectory.baseOf(model.directory));
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
