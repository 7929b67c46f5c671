package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ConfigReader;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.AdapterDirectory;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Turns measured speed into prices.
@Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Says what a million tokens cost on this machine, as model prices are quoted.",
    description = {
      "",
      "You say what an hour of the machine costs; the speed is measured now. With a rate of R tokens"
          + " per second, a million tokens cost X / 3600 * 1,000,000 / R dollars.",
      "",
      "input     tokens of prompts, from the time until every prompt's first new token is drawn;"
          + " preparing the weights counts as input",
      "output    new tokens after the first, while all prompts are continued side by side",
      "training  tokens of texts, forwards, backwards and through the optimizer",
      "",
      "The price falls with --batch, since the weights are read once for all sequences; a price"
          + " quoted for one request at a time is that of --batch 1. All cores are used for each"
          + " of the three; a machine that waits for requests costs as much as one that works, so"
          + " divide by the share of time in which you keep it busy.",
      "",
      "  ./tesuji bench cost --dollars-per-hour 0.35 --shape half",
      "  ./tesuji bench cost --dollars-per-hour 0.35 --model models/base --batch 1 --json",
      ""
    })
final class BenchCostCommand implements Runnable {
  @Option(
      names = "--dollars-per-hour",
      required = true,
      paramLabel = "X",
      description = "What the machine costs, used or not.")
  double dollarsPerHour;

  @ArgGroup(multiplicity = "1")
  Subject subject = new Subject();

  /// The model and shape that are measured.
  static final class Subject {
    @Option(
        names = "--model",
        paramLabel = "DIR",
        description = "A Hugging Face model directory, or a PEFT adapter's.")
    @Nullable Path directory;

    @Option(
        names = "--shape",
        paramLabel = "SHAPE",
        description = "Or random weights: tiny, mini, small, base, half, experts or active.")
    BenchShape.@Nullable Name shape;
  }

  @Option(
      names = "--batch",
      defaultValue = "16",
      paramLabel = "B",
      description = "Sequences side by side. Default: ${DEFAULT-VALUE}.")
  int batch = 16;

  @Option(
      names = "--prompt",
      defaultValue = "256",
      paramLabel = "T",
      description = "Tokens of a prompt, and of a text in training. Default: ${DEFAULT-VALUE}.")
  int prompt = 256;

  @Option(
      names = "--new-tokens",
      defaultValue = "64",
      paramLabel = "N",
      description = "Tokens of a completion. Default: ${DEFAULT-VALUE}.")
  int newTokens = 64;

  @Option(
      names = "--runs",
      defaultValue = "3",
      paramLabel = "N",
      description = "Runs that count, after one that does not. Default: ${DEFAULT-VALUE}.")
  int runs = 3;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "float32 or bfloat16. Default: what the weights are stored in; bfloat16 for half, else"
              + " float32.")
  @Nullable String dtype;

  @Option(
      names = "--products",
      defaultValue = "AUTO",
      paramLabel = "TYPE",
      description = "What a float32 model multiplies in: float32, bfloat16 or auto. Default: auto.")
  MatmulPrecision products = MatmulPrecision.AUTO;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  /// Tokens per second.
  ///
  /// @param input of prompts
  /// @param output of completions
  /// @param training of texts
  record Rates(double input, double output, double training) {}

  /// Returns what a million tokens cost.
  static double dollarsPerMillion(double dollarsPerHour, double tokensPerSecond) {
    return dollarsPerHour / 3600 * 1e6 / tokensPerSecond;
  }

  @Override
  public void run() {
    if (!(dollarsPerHour > 0) || Double.isInfinite(dollarsPerHour)) {
      throw new BadInput("option --dollars-per-hour must be above 0, got " + dollarsPerHour);
    }
    if (batch < 1 || prompt < 2 || newTokens < 2 || runs < 1) {
      throw new BadInput(
          "options --batch and --runs must be at least 1, --prompt and --new-tokens at least 2");
    }
    if (subject.directory == null) {
      BenchShape shape = BenchShape.of(java.util.Objects.requireNonNull(subject.shape));
      Dtype type = dtype == null ? shape.dtype() : Dtype.named(dtype);
      try (CausalLm model = shape.sized(batch, newTokens, prompt + newTokens).model(type)) {
        model.initialise(1);
        report(shape.name(), model, measure(model));
      }
    } else {
      try (LoadedModel model = load(subject.directory)) {
        report(subject.directory.toString(), model.decoder(), measure(model.decoder()));
      }
    }
  }

  private LoadedModel load(Path directory) {
    Dtype stored = ConfigReader.read(AdapterDirectory.baseOf(directory)).dtype();
    Dtype type = dtype == null ? LoadedModel.computeType(stored) : Dtype.named(dtype);
    return LoadedModel.load(directory, type, Device.CPU);
  }

  private Rates measure(CausalLm model) {
    int positions = model.config().maxPositions();
    if (prompt + newTokens > positions) {
      throw new BadInput(
          "options --prompt and --new-tokens must together be at most the model's "
              + positions
              + " positions, got "
              + (prompt + newTokens));
    }
    products.apply(model);
    Bench.Compute compute =
        new Bench.Compute(
            model.dtype(),
            products,
            Moments.FLOAT32,
            ComputeConfig.DEFAULT.tokensPerDevice(),
            false,
            RolloutPrecision.SAME,
            Sampling.DEFAULT,
            0);
    ComputeConfig config = compute.config();
    int tokens = Math.max(prompt, Math.min(batch * prompt, config.tokensPerDevice()));
    MemoryPlan.Drawing drawing = new MemoryPlan.Drawing(batch, batch, prompt, newTokens);
    MemoryPlan.training(
            model, MemoryPlan.Load.plain(tokens, prompt, drawing), config, compute.moments())
        .requireFits("bench cost");
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      prompts.add(BenchUpdate.randomTokens(model, i, prompt));
    }
    double all = median(() -> generate(model, prompts, newTokens)); // warms up for the next
    double first = median(() -> generate(model, prompts, 1));
    if (all <= first) {
      throw new BadInput(
          "the new tokens took no measurable time; raise --new-tokens, --batch or --runs");
    }
    try (BenchUpdate update = new BenchUpdate(model, compute, batch, prompt)) {
      double training = median(update::run);
      double read = (double) batch * prompt;
      return new Rates(read / first, batch * (newTokens - 1) / (all - first), read / training);
    }
  }

  private void generate(CausalLm model, List<int[]> prompts, int tokens) {
    Limits limits = new Limits(tokens, Set.of());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int[] p : prompts) {
      RandomKey key = new RandomKey(1, requests.size());
      requests.add(new GenerationRequest(p, 1, Sampling.DEFAULT, limits, key));
    }
    GenerationEngine.generate(model, requests, batch);
  }

  private double median(Runnable work) {
    work.run();
    double[] seconds = new double[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    return Bench.median(seconds);
  }

  private void report(String name, CausalLm model, Rates rates) {
    System.out.printf(
        Locale.ROOT,
        "%s, %d sequences, prompts of %d tokens, %d new; %s, products in %s; %.4g dollars per"
            + " hour%n%n%-10s %14s %24s%n",
        name,
        batch,
        prompt,
        newTokens,
        model.dtype(),
        model.product(),
        dollarsPerHour,
        "",
        "tokens/s",
        "dollars / million tokens");
    ObjectNode out = Json.MAPPER.createObjectNode();
    out.put("bench", "cost").put("model", name).put("dollars_per_hour", dollarsPerHour);
    out.put("batch", batch).put("prompt_tokens", prompt).put("new_tokens", newTokens);
    out.put("dtype", model.dtype().toString()).put("products", model.product().toString());
    line("input", rates.input(), out);
    line("output", rates.output(), out);
    line("training", rates.training(), out);
    if (json) {
      System.out.println(Json.line(out));
    }
  }

  private void line(String what, double rate, ObjectNode out) {
    double price = dollarsPerMillion(dollarsPerHour, rate);
    out.put(what + "_tokens_per_second", rate);
    out.put(what + "_dollars_per_million_tokens", price);
    System.out.printf(Locale.ROOT, "%-10s %14.1f %24.4f%n", what, rate, price);
  }
}
