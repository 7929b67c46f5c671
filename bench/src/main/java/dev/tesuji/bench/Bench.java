package dev.tesuji.bench;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.PromptLookup;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.Profile;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.policy.RolloutPrecision;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.rollout.TurnEngines;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Memory;
import dev.tesuji.train.MemoryPlan;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.ModelFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Does one kind of work at one shape, again and again, and times it.
final class Bench {
  /// The most tokens of a prompt.
  static final int LONGEST_PROMPT = 32;

  private final BenchShape shape;
  private final Compute compute;
  private final Pace pace;
  private PromptLookup.Counts lookups = PromptLookup.Counts.NONE;

  /// The things that can be measured.
  enum What {
    /// Completions of prompts.
    GENERATE,
    /// An update on texts.
    TRAIN,
    /// A whole step of reinforcement learning.
    GRPO
  }

  /// How the model computes.
  ///
  /// @param dtype the type of the weights
  /// @param products what a float32 model multiplies in
  /// @param moments what AdamW keeps its moments in
  /// @param tokens the most that are trained on at once
  /// @param recompute whether training runs layers again in the backward pass
  /// @param rollouts how the model computes where it is drawn from
  /// @param drawing how tokens are chosen
  /// @param promptLookup the most tokens that are proposed at a time
  record Compute(
      Dtype dtype,
      MatmulPrecision products,
      Moments moments,
      int tokens,
      boolean recompute,
      RolloutPrecision rollouts,
      Sampling drawing,
      int promptLookup) {
    OptimizerConfig optimizer() {
      return OptimizerConfig.DEFAULT.with(moments);
    }

    ComputeConfig config() {
      return new ComputeConfig(tokens, recompute, 0, 0, products, rollouts, promptLookup, 0);
    }
  }

  /// How often.
  ///
  /// @param runs how many runs count
  /// @param warmUp for how many seconds runs do not count; the first never does
  /// @param cap after how many seconds no further run begins, once one has counted
  /// @param profile whether to note where the time goes
  record Pace(int runs, double warmUp, double cap, boolean profile) {}

  /// The figures of a benchmark.
  ///
  /// @param product the type of the products
  /// @param seconds of the runs that counted
  /// @param plan what memory was foreseen
  /// @param before bytes that were resident when the model was there and nothing had run
  /// @param peak the most that ever was
  /// @param lookups what came of tokens that were proposed, in all runs
  /// @param parts where the time went; null where that was not asked for
  record Found(
      Dtype product,
      double[] seconds,
      MemoryPlan plan,
      long before,
      long peak,
      PromptLookup.Counts lookups,
      @Nullable Map<String, Profile.Part> parts) {
    double median() {
      return Bench.median(seconds);
    }
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  Bench(BenchShape shape, Compute compute, Pace pace) {
    this.shape = shape;
    this.compute = compute;
    this.pace = pace;
  }

  /// Measures.
  ///
  /// @throws dev.tesuji.check.BadInput when it would not fit into memory
  Found run(What what) {
    return switch (what) {
      case GENERATE -> generate();
      case TRAIN -> train();
      case GRPO -> grpo();
    };
  }

  /// Something to do.
  private interface Work {
    void run(int number);
  }

  private Found generate() {
    try (CausalLm model = shape.model(compute.dtype());
        BenchWords words = new BenchWords()) {
      List<int[]> prompts = new ArrayList<>();
      for (int i = 0; i < shape.prompts(); i++) {
        prompts.add(words.prompt(i));
      }
      compute.products().apply(model);
      requireRollouts(model);
      MemoryPlan plan = MemoryPlan.generation(model, drawing());
      prepare(model, plan);
      int rows = drawing().rows();
      boolean eightBit = compute.rollouts() == RolloutPrecision.INT8;
      return time(
          model,
          plan,
          i -> {
            List<GenerationRequest> requests = requests(prompts, i);
            EngineCapacity room =
                EngineCapacity.of(requests, rows)
                    .inEightBits(eightBit)
                    .lookingUp(compute.promptLookup());
            lookups = lookups.plus(generate(model, requests, room));
          });
    }
  }

  private static PromptLookup.Counts generate(
      CausalLm model, List<GenerationRequest> requests, EngineCapacity room) {
    try (GenerationEngine engine = new GenerationEngine(model, null, room)) {
      requests.forEach(request -> engine.submit(request, _ -> {}));
      engine.drain();
      return engine.lookups();
    }
  }

  private void requireRollouts(CausalLm model) {
    try {
      compute.rollouts().require(model);
    } catch (IllegalArgumentException e) {
      throw new BadInput("--rollouts: " + e.getMessage(), e);
    }
  }

  private List<GenerationRequest> requests(List<int[]> prompts, long seed) {
    Limits limits = new Limits(shape.newTokens(), Set.of());
    List<GenerationRequest> requests = new ArrayList<>();
    for (int[] prompt : prompts) {
      RandomKey key = new RandomKey(seed, requests.size());
      requests.add(new GenerationRequest(prompt, shape.group(), compute.drawing(), limits, key));
    }
    return requests;
  }

  private MemoryPlan.Drawing drawing() {
    return new MemoryPlan.Drawing(
        shape.prompts() * shape.group(), shape.prompts(), LONGEST_PROMPT, shape.newTokens());
  }

  private void prepare(CausalLm model, MemoryPlan plan) {
    plan.requireFits("bench");
    if (shape.file() == null) {
      model.initialise(1);
    }
  }

  private Found train() {
    try (CausalLm model = shape.model(compute.dtype())) {
      compute.products().apply(model);
      int most = Math.max(shape.length(), compute.config().tokensPerDevice());
      MemoryPlan plan = plan(model, load(most, shape.batch(), shape.length(), null));
      prepare(model, plan);
      try (BenchUpdate update = new BenchUpdate(model, compute, shape.batch(), shape.length())) {
        return time(model, plan, _ -> update.run());
      }
    }
  }

  private Found grpo() {
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
            pace.runs() + 1,
            shape.prompts(),
            shape.group(),
            shape.newTokens(),
            compute.drawing(),
            Grpo.DEFAULT,
            1,
            compute.optimizer(),
            compute.config());
    try (BenchWords words = new BenchWords();
        CausalLm decoder = shape.model(compute.dtype());
        Grader grader = new Grader(rewards)) {
      compute.products().apply(decoder);
      requireRollouts(decoder);
      MemoryPlan plan = grpoPlan(decoder);
      prepare(decoder, plan);
      LoadedModel model =
          new LoadedModel(
              words.folder(),
              decoder,
              words.tokenizer(),
              new ModelFiles(Json.MAPPER.createObjectNode(), Map.of()),
              Set.of());
      PromptStream prompts =
          new PromptStream(task, words.tokenizer(), PromptStream.Limit.DEFAULT, 1);
      RlTrainer.Parts parts =
          new RlTrainer.Parts(
              prompts,
              new LocalRolloutSampler(
                  TurnEngines.LOCAL.lookingUp(compute.promptLookup()), model, task, grader),
              rewards,
              new RolloutLog(words.folder().resolve("rollouts")),
              null,
              null);
      try (RlTrainer trainer = new RlTrainer(model, parts, config, 1)) {
        return time(decoder, plan, trainer::step);
      }
    }
  }

  private MemoryPlan grpoPlan(CausalLm model) {
    int longest = LONGEST_PROMPT + shape.newTokens();
    int most = compute.config().tokensPerDevice();
    return plan(model, load(most, shape.prompts() * shape.group(), longest, drawing()));
  }

  /// Returns what an update loads.
  ///
  /// @param most tokens at once
  /// @param sequences how many
  /// @param length tokens of each, at most
  private static MemoryPlan.Load load(
      int most, int sequences, int length, MemoryPlan.@Nullable Drawing drawing) {
    int all = sequences * length;
    return new MemoryPlan.Load(Math.min(most, all), length, drawing, false, false, all <= most);
  }

  private MemoryPlan plan(CausalLm model, MemoryPlan.Load load) {
    return MemoryPlan.training(model, load, compute.config(), compute.moments());
  }

  private Found time(CausalLm model, MemoryPlan plan, Work work) {
    List<Double> seconds = new ArrayList<>();
    long before = Memory.resident();
    long begun = System.nanoTime();
    int number = 0;
    do {
      report("warm-up", time(work, number++));
    } while (since(begun) < pace.warmUp());
    if (pace.profile()) {
      Profile.on();
    }
    while (seconds.isEmpty() || (seconds.size() < pace.runs() && since(begun) < pace.cap())) {
      seconds.add(time(work, number++));
      report("run " + seconds.size() + "  ", seconds.getLast());
    }
    return new Found(
        model.product(),
        seconds.stream().mapToDouble(d -> d).toArray(),
        plan,
        before,
        Memory.peakResident(),
        lookups,
        pace.profile() ? Profile.off() : null);
  }

  private static void report(String what, double seconds) {
    System.err.printf(Locale.ROOT, "%s %.3f s%n", what, seconds);
  }

  private static double time(Work work, int number) {
    long start = System.nanoTime();
    work.run(number);
    return since(start);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
