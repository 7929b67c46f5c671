package dev.tesuji.cli;

import dev.tesuji.generate.Generator;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.Prompt;
import dev.tesuji.generate.Sampling;
import dev.tesuji.input.BadInput;
import dev.tesuji.input.Json;
import dev.tesuji.input.SafeFiles;
import dev.tesuji.kernel.Profile;
import dev.tesuji.model.CausalLm;
import dev.tesuji.optim.AdamW;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MicroBatches;
import dev.tesuji.policy.Policy;
import dev.tesuji.policy.Products;
import dev.tesuji.policy.TokenSequence;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.PromptSource;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.RolloutLog;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.task.Alphabet;
import dev.tesuji.task.ChainSums;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.tensor.Rng;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Measures speed.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Measures generation, training and whole GRPO steps at fixed shapes.",
    description = {
      "",
      "The shapes are those of peers' scripts: tiny (0.8 M weights), small (29 M), half"
          + " (Qwen2.5-0.5B's, 494 M). Weights are random and end-of-sequence is ignored, so that"
          + " every run makes the same number of tokens.",
      "",
      "A warm-up run is not counted; the median of the others is reported. With --json the last line"
          + " printed is JSON.",
      "",
      "  ./tesuji bench generate --shape tiny",
      "  ./tesuji bench grpo --shape half --runs 3 --json",
      ""
    })
final class BenchCommand implements Runnable {

  /// What can be measured.
  enum What {
    GENERATE,
    TRAIN,
    GRPO
  }

  @Parameters(index = "0", paramLabel = "WHAT", description = "generate, train or grpo.")
  What what = What.GENERATE;

  @Option(
      names = "--shape",
      required = true,
      paramLabel = "SHAPE",
      description = "tiny, small or half.")
  BenchShape.Name shape = BenchShape.Name.TINY;

  @Option(
      names = "--runs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Runs that count. Default: ${DEFAULT-VALUE}.")
  int runs = 5;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "float32 or bfloat16. Default: bfloat16 for half, else float32.")
  @Nullable String dtype;

  @Option(
      names = "--products",
      defaultValue = "AUTO",
      paramLabel = "TYPE",
      description =
          "What a float32 model multiplies in: float32, bfloat16, or auto, the faster one."
              + " Default: auto.")
  Products products = Products.AUTO;

  @Option(
      names = "--gradient-checkpointing",
      description = "Runs layers again on the way back, to save memory (train, grpo).")
  boolean gradientCheckpointing;

  @Option(names = "--profile", description = "Prints where the time goes.")
  boolean profile;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  private Dtype product = Dtype.FLOAT32;

  @Override
  public void run() {
    if (runs < 1) {
      throw new BadInput("option --runs must be at least 1, got " + runs);
    }
    BenchShape s = BenchShape.of(shape);
    Dtype type = dtype == null ? s.dtype() : Dtype.named(dtype);
    double[] seconds =
        switch (what) {
          case GENERATE -> generate(s, type);
          case TRAIN -> train(s, type);
          case GRPO -> grpo(s, type);
        };
    report(s, type, seconds);
  }

  private double[] generate(BenchShape s, Dtype type) {
    try (CausalLm model = model(s, type);
        Words words = new Words()) {
      List<Prompt> prompts = new ArrayList<>();
      for (int i = 0; i < s.prompts(); i++) {
        prompts.add(new Prompt(i, words.prompt(i), s.group()));
      }
      Limits limits = new Limits(s.newTokens(), Set.of(), s.prompts() * s.group());
      return time(
          i -> new Generator(model, Sampling.DEFAULT, limits, i).generate(prompts, _ -> {}));
    }
  }

  private CausalLm model(BenchShape s, Dtype type) {
    CausalLm model = s.model(type);
    products.apply(model);
    product = model.product();
    return model;
  }

  private ComputeConfig compute() {
    int tokens = ComputeConfig.DEFAULT.tokensPerDevice();
    return new ComputeConfig(tokens, gradientCheckpointing, 0, 0, products);
  }

  private double[] train(BenchShape s, Dtype type) {
    OptimizerConfig config = OptimizerConfig.DEFAULT;
    try (CausalLm model = model(s, type);
        AdamW optimizer = new AdamW(model.trained(), config)) {
      List<TokenSequence> batch = new ArrayList<>();
      for (int b = 0; b < s.batch(); b++) {
        int[] ids = new int[s.length()];
        for (int t = 0; t < ids.length; t++) {
          ids[t] = 7 + Rng.below(43, 1, b, t, 0);
        }
        batch.add(TokenSequence.whole(ids));
      }
      double scored = batch.stream().mapToInt(TokenSequence::scored).sum();
      ComputeConfig compute = compute();
      Policy policy = new Policy(model, 1, compute);
      return time(_ -> {
        for (int[] part : MicroBatches.split(batch, compute.tokensPerDevice())) {
          policy.backward(
              Policy.Micro.whole(Arrays.stream(part).mapToObj(batch::get).toList()),
              t -> t.logProbs().neg().sum().div(scored));
        }
        optimizer.clip();
        optimizer.update(1e-4);
      });
    }
  }

  private double[] grpo(BenchShape s, Dtype type) {
    ChainSums task = ChainSums.DEFAULT;
    RewardMix rewards =
        new RewardMix(
            task,
            List.of(
                new RewardMix.Part(
                    "chance",
                    1,
                    _ -> new Judgement.Points(ThreadLocalRandom.current().nextDouble()))));
    RlConfig config =
        new RlConfig(
            runs + 1,
            s.prompts(),
            s.group(),
            s.newTokens(),
            Sampling.DEFAULT,
            Grpo.DEFAULT,
            1,
            OptimizerConfig.DEFAULT,
            compute());
    try (Words words = new Words();
        CausalLm decoder = model(s, type);
        Grader grader = new Grader(rewards, Duration.ofSeconds(10))) {
      LoadedModel model =
          new LoadedModel(
              words.folder(),
              decoder,
              words.tokenizer(),
              new ModelFiles(Json.MAPPER.createObjectNode(), Map.of()),
              Set.of());
      PromptSource prompts =
          new PromptSource(task, words.tokenizer(), PromptSource.Limit.DEFAULT, 1);
      RlTrainer.Parts parts =
          new RlTrainer.Parts(
              prompts, grader, new RolloutLog(words.folder().resolve("rollouts")), null, null);
      try (RlTrainer trainer = new RlTrainer(model, parts, config, 1)) {
        return time(trainer::step);
      }
    }
  }

  /// Something to measure.
  private interface Run {
    void run(int number);
  }

  private double[] time(Run run) {
    double[] seconds = new double[runs];
    double total = 0;
    for (int i = 0; i <= runs; i++) {
      if (i == 1 && profile) {
        Profile.on();
      }
      long start = System.nanoTime();
      run.run(i);
      double took = (System.nanoTime() - start) / 1e9;
      System.err.printf(Locale.ROOT, "%s %.3f s%n", i == 0 ? "warm-up" : "run " + i + "  ", took);
      if (i > 0) {
        seconds[i - 1] = took;
        total += took;
      }
    }
    if (profile) {
      BenchProfile.print(Profile.off(), total, runs, product, System.out);
    }
    return seconds;
  }

  private void report(BenchShape s, Dtype type, double[] seconds) {
    double median = median(seconds);
    ObjectNode out = Json.MAPPER.createObjectNode();
    out.put("bench", what.name().toLowerCase(Locale.ROOT));
    out.put("shape", s.name());
    String figure;
    switch (what) {
      case GENERATE -> {
        double rate = s.prompts() * s.group() * s.newTokens() / median;
        out.put("tokens_per_second", rate);
        figure = String.format(Locale.ROOT, "%.0f new tokens/s", rate);
      }
      case TRAIN -> {
        double rate = s.batch() * s.length() / median;
        out.put("tokens_per_second", rate);
        figure = String.format(Locale.ROOT, "%.0f tokens/s", rate);
      }
      case GRPO -> {
        out.put("seconds_per_step", median);
        figure = String.format(Locale.ROOT, "%.3f s/step", median);
      }
      default -> throw new IllegalStateException(what.toString());
    }
    out.put("peak_memory_bytes", Memory.peakResident());
    out.put("dtype", type.toString());
    out.put("products", product.toString());
    ArrayNode all = out.putArray("runs");
    for (double t : seconds) {
      all.add(t);
    }
    System.out.printf(
        Locale.ROOT,
        "%s %s %s, products in %s: %s, at most %.2f GB resident%n",
        what.name().toLowerCase(Locale.ROOT),
        s.name(),
        type,
        product,
        figure,
        Memory.peakResident() / 1e9);
    if (json) {
      System.out.println(Json.line(out));
    }
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /// The built-in tokenizer in a folder of its own, and prompts of chain sums.
  private record Words(Path folder, Tokenizer tokenizer) implements AutoCloseable {
    Words() {
      this(write());
    }

    private Words(Path folder) {
      this(folder, Tokenizer.load(folder));
    }

    private static Path write() {
      try {
        Path folder = Files.createTempDirectory("tesuji-bench");
        SafeFiles.replace(folder.resolve("tokenizer.json"), Json.pretty(Alphabet.tokenizer()));
        return folder;
      } catch (IOException e) {
        throw new BadInput("no temporary folder could be made: " + e.getMessage(), e);
      }
    }

    int[] prompt(int i) {
      ChainSums task = ChainSums.DEFAULT;
      return tokenizer.encode(task.prompt(task.problem(i)));
    }

    @Override
    public void close() {
      tokenizer.close();
    }
  }
}
