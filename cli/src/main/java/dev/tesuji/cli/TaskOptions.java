package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.recipe.TaskConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which problems are posed, and how often.
final class TaskOptions {
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
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message before each problem; with --template chat.")
  @Nullable String system;

  @Option(
      names = "--variables",
      paramLabel = "JSON",
      description =
          "Variables of the chat template, such as '{\"enable_thinking\": false}'; with --template chat.")
  @Nullable String variables;

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

  /// Opens the task.
  ///
  /// @param model the directory of the model that is asked
  Task open(Path model) {
    TaskConfig config =
        switch (task) {
          case "chain-sums" -> TaskConfig.ChainSums.DEFAULT;
          case "world" -> TaskConfig.World.DEFAULT;
          case "gsm8k" ->
              new TaskConfig.Gsm8k(
                  data, template == null ? "r1-zero" : template, system, variables);
          case "jsonl" ->
              new TaskConfig.Jsonl(
                  data,
                  "prompt",
                  "answer",
                  template == null ? "plain" : template,
                  system,
                  variables);
          default ->
              throw new BadInput(
                  "option --task must be chain-sums, world, gsm8k or jsonl, got '" + task + "'");
        };
    return config.open(data, model);
  }

  /// Returns how the problems are posed, checked.
  EvaluationConfig evaluation(SamplingOptions options) {
    try {
      Require.atLeast(1, "problems", problems);
      return new EvaluationConfig(problems, samples, options.maxNewTokens, options.sampling());
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
  }
}
