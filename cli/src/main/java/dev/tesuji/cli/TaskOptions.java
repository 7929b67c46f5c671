package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.recipe.TaskConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which problems are posed, and how often.
final class TaskOptions {
  @Option(
      names = "--task",
      required = true,
      paramLabel = "TASK",
      description =
          "The kind of a recipe's task: chainSums, countdown, wordProblems, constrainedTexts, world,"
              + " gsm8k, math, jsonl, code, humaneval, mbpp, livecodebench or java; with settings"
              + " as in a recipe: '{math: {answerColumn: solution}}'.")
  String task = "";

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "The problems, all of which are posed (gsm8k, math, jsonl).")
  @Nullable Path data;

  @Option(
      names = "--template",
      paramLabel = "TEXT",
      description =
          "The prompt: plain, r1-zero, chat (the model's chat template), or a text with {problem} in it.")
  @Nullable String template;

  @Option(
      names = "--strict",
      description =
          "Let an answer count only in answer tags or a box, as rewards do (gsm8k, jsonl, math).")
  boolean strict;

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
    return config().open(data, model);
  }

  /// Opens the task for a model behind an endpoint.
  Task openServed() {
    return config().openServed(data);
  }

  private TaskConfig config() {
    Map<String, String> more = new HashMap<>();
    if (data != null) {
      more.put("heldOut", data.toAbsolutePath().toString());
    }
    if (template != null) {
      more.put("template", template);
    }
    if (system != null) {
      more.put("system", system);
    }
    if (variables != null) {
      more.put("variables", variables);
    }
    if (strict || !task.contains("strict")) { // models that were not trained here answer in prose
      more.put("strict", Boolean.toString(strict));
    }
    return Kit.READER.task("option --task", task, more);
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
