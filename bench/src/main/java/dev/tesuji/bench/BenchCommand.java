package dev.tesuji.bench;

import dev.tesuji.check.BadInput;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.tensor.Dtype;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
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
      "The shapes are models: tiny (0.8 M weights), mini (5 M), small (29 M), base (110 M), half"
          + " (Qwen2.5-0.5B's, 494 M); tiny, small and half are those of peers' scripts. Weights are"
          + " random and end-of-sequence is ignored, so that every run makes the same number of"
          + " tokens.",
      "",
      "A warm-up run is not counted; the median of the others is reported. With --json the last line"
          + " printed is JSON.",
      "",
      "  ./tesuji bench generate --shape tiny",
      "  ./tesuji bench grpo --shape half --runs 3 --json",
      "  ./tesuji bench train --shape small --batch 64 --length 512",
      "  ./tesuji bench cost --help      what tokens cost on this machine",
      "  ./tesuji bench scaling --help   time against batch, length and model size",
      "  ./tesuji bench fleet --help     time and cost of a fleet of any size, simulated",
      "  ./tesuji bench code --help      programs graded in a second",
      "  ./tesuji bench peers --help     beside transformers, TRL and llama.cpp, in turn",
      ""
    },
    subcommands = {
      BenchCostCommand.class,
      BenchScalingCommand.class,
      BenchFleetCommand.class,
      BenchCodeCommand.class,
      BenchPeersCommand.class
    })
public final class BenchCommand implements Runnable {

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WHAT",
      description = "generate, train or grpo.")
  Bench.@Nullable What what;

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "tiny, mini, small, base, half, experts or active.")
  BenchShape.@Nullable Name shape;

  @Option(
      names = "--gguf",
      paramLabel = "FILE",
      description =
          "A .gguf file in the place of a shape, its weights as they are stored (generate): one text"
              + " is continued by 128 tokens where nothing else is said.")
  @Nullable Path gguf;

  @Option(
      names = "--batch",
      paramLabel = "B",
      description =
          "Sequences: prompts with one completion each, or texts (generate, train). Default: the"
              + " shape's.")
  int batch;

  @Option(
      names = "--length",
      paramLabel = "T",
      description =
          "New tokens of a completion, or tokens of a text (generate, train). Default: the shape's.")
  int length;

  @Option(
      names = "--runs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Runs that count. Default: ${DEFAULT-VALUE}.")
  int runs = 5;

  @Option(
      names = "--warm-up",
      defaultValue = "0",
      paramLabel = "SECONDS",
      description =
          "Runs go on for so long before they count. The first never does. Default:"
              + " ${DEFAULT-VALUE}.")
  double warmUp;

  @Option(
      names = "--cap",
      paramLabel = "SECONDS",
      description = "Begins no further run after so long, once one has counted.")
  double cap = Double.POSITIVE_INFINITY;

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
  MatmulPrecision products = MatmulPrecision.AUTO;

  @Option(
      names = "--rollouts",
      defaultValue = "SAME",
      paramLabel = "TYPE",
      description =
          "How tokens are drawn: same, as the model computes elsewhere, or int8, with weights"
              + " rounded to 8 bits (generate, grpo). Default: same.")
  RolloutPrecision rollouts = RolloutPrecision.SAME;

  @Option(
      names = "--greedy",
      description =
          "Takes the most likely token every time (generate, grpo). With random weights a text soon"
              + " repeats itself then.")
  boolean greedy;

  @Option(
      names = "--prompt-lookup",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Proposes up to N tokens by what followed before in the same text (generate, grpo). 0:"
              + " off. Default: ${DEFAULT-VALUE}.")
  int promptLookup;

  @Option(
      names = "--moments",
      defaultValue = "FLOAT32",
      paramLabel = "TYPE",
      description =
          "What AdamW keeps its moments in: float32, bfloat16 or float8 (train, grpo). Default:"
              + " float32.")
  Moments moments = Moments.FLOAT32;

  @Option(
      names = "--tokens-per-device",
      paramLabel = "N",
      description = "The most tokens that are trained on at once (train, grpo). Default: 8192.")
  int tokensPerDevice = ComputeConfig.DEFAULT.tokensPerDevice();

  @Option(
      names = "--gradient-checkpointing",
      description = "Runs layers again in the backward pass, to save memory (train, grpo).")
  boolean gradientCheckpointing;

  @Option(names = "--profile", description = "Prints where the time goes.")
  boolean profile;

  @Option(names = "--json", description = "Prints JSON as the last line.")
  boolean json;

  @Override
  public void run() {
    if (what == null) {
      throw new BadInput(
          "bench needs WHAT to measure: generate, train, grpo, cost, scaling, fleet, code or peers");
    }
    BenchShape named = named(what);
    if (runs < 1) {
      throw new BadInput("option --runs must be at least 1, got " + runs);
    }
    BenchShape s = sized(named, what);
    Bench.Compute compute = compute(s);
    Dtype type = compute.dtype();
    Bench.Found found = new Bench(s, compute, new Bench.Pace(runs, warmUp, cap, profile)).run(what);
    if (found.parts() != null) {
      double total = Arrays.stream(found.seconds()).sum();
      BenchProfile.print(found.parts(), total, found.seconds().length, found.product(), System.out);
    }
    report(s, type, what, found);
  }

  private BenchShape named(Bench.What of) {
    if (gguf != null) {
      if (of != Bench.What.GENERATE || shape != null) {
        throw new BadInput("option --gguf goes with generate, and not with --shape");
      }
      return BenchShape.of(gguf);
    }
    if (shape == null) {
      throw new BadInput(
          "bench " + name(of) + " needs --shape: tiny, mini, small, base, half, experts or active");
    }
    return BenchShape.of(shape);
  }

  private Bench.Compute compute(BenchShape s) {
    try {
      PromptLookup.require("--prompt-lookup", promptLookup);
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
    return new Bench.Compute(
        dtype == null ? s.dtype() : Dtype.named(dtype),
        products,
        moments,
        tokensPerDevice,
        gradientCheckpointing,
        rollouts,
        greedy ? Sampling.GREEDY : Sampling.DEFAULT,
        promptLookup);
  }

  private BenchShape sized(BenchShape s, Bench.What of) {
    if (batch < 0 || length < 0 || length == 1) {
      throw new BadInput(
          "options --batch and --length must be at least 1 and 2, got " + batch + " and " + length);
    }
    if (batch == 0 && length == 0) {
      return s;
    }
    if (of == Bench.What.GRPO) {
      throw new BadInput("options --batch and --length go with generate and train, not with grpo");
    }
    boolean draws = of == Bench.What.GENERATE;
    int sequences = batch > 0 ? batch : draws ? s.prompts() * s.group() : s.batch();
    return s.sized(
        sequences, length > 0 ? length : s.newTokens(), length > 0 ? length : s.length());
  }

  private static String name(Bench.What what) {
    return what.name().toLowerCase(Locale.ROOT);
  }

  private void report(BenchShape s, Dtype type, Bench.What of, Bench.Found found) {
    double median = found.median();
    ObjectNode out = Json.MAPPER.createObjectNode();
    out.put("bench", name(of));
    out.put("shape", s.name());
    String figure =
        switch (of) {
          case GENERATE ->
              rate(out, "new tokens/s", s.prompts() * s.group() * s.newTokens() / median);
          case TRAIN -> rate(out, "tokens/s", s.batch() * s.length() / median);
          case GRPO -> {
            out.put("seconds_per_step", median);
            yield String.format(Locale.ROOT, "%.3f s/step", median);
          }
        };
    out.put("peak_memory_bytes", found.peak());
    out.put("planned_memory_bytes", found.plan().total());
    out.put("resident_before_bytes", found.before());
    out.put("dtype", type.toString());
    out.put("products", found.product().toString());
    out.put("rollouts", rollouts.name().toLowerCase(Locale.ROOT));
    if (promptLookup > 0) {
      out.put("proposed_tokens", found.lookups().proposed());
      out.put("accepted_tokens", found.lookups().accepted());
      figure +=
          String.format(
              Locale.ROOT,
              " (%,d of %,d proposed tokens accepted)",
              found.lookups().accepted(),
              found.lookups().proposed());
    }
    ArrayNode all = out.putArray("runs");
    for (double t : found.seconds()) {
      all.add(t);
    }
    System.out.printf(
        Locale.ROOT,
        "%s %s %s, products in %s: %s, at most %.2f GB resident (planned: %.2f)%n",
        name(of),
        s.name(),
        type,
        found.product(),
        figure,
        found.peak() / 1e9,
        found.plan().total() / 1e9);
    if (json) {
      System.out.println(Json.line(out));
    }
  }

  private static String rate(ObjectNode out, String unit, double rate) {
    out.put("tokens_per_second", rate);
    return String.format(Locale.ROOT, "%.0f %s", rate, unit);
  }
}
