package dev.tesuji.cli;

import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.Spending;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.EvaluatedModel;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.evaluate.MeasuringTask;
import dev.tesuji.harness.HarnessTasks;
import dev.tesuji.json.Json;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.EndpointSettings;
import dev.tesuji.rollout.EndpointPolicy;
import dev.tesuji.stage.Endpoints;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
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
      "  ./tesuji evaluate --endpoint http://127.0.0.1:8000/v1 --task gsm8k --data test.jsonl",
      "",
      "Or asks and grades as lm-evaluation-harness does: arc_easy, arc_challenge, hellaswag, math_500,"
          + " ifeval, and harness/gsm8k. Answers are then chosen by log-likelihood, or written"
          + " greedily; the options of sampling do not count.",
      "",
      "  ./tesuji evaluate --model DIR --task arc_easy --data allenai/ai2_arc --problems 500",
      "  ./tesuji evaluate --model DIR --task harness/gsm8k --data test.jsonl --few-shot-data train.jsonl",
      ""
    },
    modelTransformer = EvaluateCommand.ModelOrEndpoint.class)
final class EvaluateCommand implements Runnable {
  static final String ENDPOINT = "--endpoint";
  private static final String MODEL = "--model";

  @Mixin ModelOptions model = new ModelOptions();

  @Mixin TaskOptions posed = new TaskOptions();
  @Mixin SamplingOptions options = new SamplingOptions();
  @Mixin HarnessOptions harness = new HarnessOptions();

  @Option(
      names = ENDPOINT,
      paramLabel = "URL",
      description =
          "A server that speaks OpenAI's interface, whose model is evaluated; --model is then the"
              + " name of one of its models, and can be left out where it has one. With settings as"
              + " in a recipe: '{url: URL, keyVariable: NAME, concurrency: 8}'.")
  @Nullable String endpoint;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description =
          "Keeps the endpoint's answers in a file, and takes those from it that are there already.")
  @Nullable Path answers;

  @Spec CommandSpec spec = CommandSpec.create();

  /// Makes `--model` an option that can be left out: an endpoint may have one model.
  static final class ModelOrEndpoint implements IModelTransformer {
    @Override
    public CommandSpec transform(CommandSpec command) {
      OptionSpec given = command.findOption(MODEL);
      command.remove(given);
      return command.addOption(OptionSpec.builder(given).required(false).build());
    }
  }

  @Override
  public void run() {
    if (endpoint != null) {
      evaluateServed(Kit.READER.endpoint("option " + ENDPOINT, endpoint));
      return;
    }
    if (!spec.commandLine().getParseResult().hasMatchedOption(MODEL)) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--model=DIR' or '--endpoint=URL'");
    }
    if (answers != null) {
      throw new BadInput("option --answers goes with --endpoint");
    }
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
      evaluate(new Evaluator(loaded, opened, config, seed), opened, null);
    }
  }

  private void evaluateServed(EndpointSettings settings) {
    Task opened = posed.openServed();
    EvaluationConfig config = posed.evaluation(options);
    EndpointSettings named =
        spec.commandLine().getParseResult().hasMatchedOption(MODEL)
            ? settings.withModel(served(model.directory))
            : settings;
    try (ChatClient client = Endpoints.open(named, answers)) {
      client.connect();
      EndpointPolicy policy = new EndpointPolicy(client, opened, named.asking(), null);
      long seed = Streams.of(options.seed).seed(Purpose.EVALUATION);
      evaluate(
          new Evaluator(new EvaluatedModel.Served(policy), opened, config, seed), opened, client);
    }
  }

  /// Returns a model's name: as it was given; a directory is served under its last part.
  private static String served(Path given) {
    return Files.isDirectory(given)
        ? String.valueOf(given.toAbsolutePath().normalize().getFileName())
        : given.toString();
  }

  private static void evaluate(Evaluator evaluator, Task task, @Nullable ChatClient client) {
    Evaluator.Sampled sampled = evaluator.sample();
    ObjectNode found = evaluator.summary(sampled).toJson();
    MeasuringTask.addTo(found, task, sampled.byProblem());
    print(found);
    if (client != null) {
      System.out.println("endpoint     " + client.spent());
      found.set("endpoint", spent(client.spent()));
    }
    found.remove("examples");
    System.out.println(Json.line(found));
  }

  private static ObjectNode spent(Spending.Totals totals) {
    ObjectNode spent = Json.MAPPER.createObjectNode();
    spent.put("answers", totals.answers()).put("remembered", totals.remembered());
    spent.put("retries", totals.retries());
    spent.put("prompt_tokens", totals.usage().prompt());
    spent.put("completion_tokens", totals.usage().completion());
    spent.put("reasoning_tokens", totals.usage().reasoning());
    return Double.isNaN(totals.cost()) ? spent : spent.put("cost", totals.cost());
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
