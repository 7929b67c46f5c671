package dev.tesuji.demo;

import static java.util.Objects.requireNonNull;

import dev.tesuji.compute.cpu.CpuCompute;
import dev.tesuji.env.Task;
import dev.tesuji.evaluate.Evaluation;
import dev.tesuji.evaluate.EvaluationConfig;
import dev.tesuji.evaluate.Evaluator;
import dev.tesuji.fixtures.Fixtures;
import dev.tesuji.generate.Sampling;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Parameters;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.random.Purpose;
import dev.tesuji.random.Streams;
import dev.tesuji.recipe.Recipe;
import dev.tesuji.recipe.RewardConfig;
import dev.tesuji.recipe.RlSettings;
import dev.tesuji.reward.Grader;
import dev.tesuji.rl.RlConfig;
import dev.tesuji.rl.RlTrainer;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.grpo.Grpo;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Trains `recipes/r1-zero.yaml` with samplers that are not the policy, corrected and uncorrected:
/// with top-p 0.9, and with logits that are disturbed as eight bits would.
///
/// `main(VARIANT,... SEED,... [STEPS])` with the variants `plain`, `topP`, `noise`, `both`, each
/// but the first also with `-bare` behind it, without correction. It takes a minute a run on two
/// quiet cores; what it found is in LOG.md.
public final class SamplerExperiment {
  private static final int WARM = 20; // the last steps, over which metrics are averaged

  private final String variant;
  private final Recipe recipe;
  private final RlSettings settings;
  private final Path base;

  private SamplerExperiment(String variant, Recipe recipe) {
    this.variant = variant;
    this.recipe = recipe;
    settings = (RlSettings) recipe.stages().getFirst();
    base = requireNonNull(recipe.modelDirectory());
  }

  /// Runs variants over seeds.
  public static void main(String[] arguments) throws IOException {
    Path file = Fixtures.checkout().resolve("recipes/r1-zero.yaml");
    int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : -1;
    for (String variant : arguments[0].split(",", -1)) {
      double[] found =
          Arrays.stream(arguments[1].split(",", -1))
              .mapToDouble(seed -> {
                Recipe recipe = Recipes.read(file, List.of("seed=" + seed));
                return new SamplerExperiment(variant, recipe).run(steps);
              })
              .toArray();
      System.out.printf(
          Locale.ROOT,
          "%-12s %.4f - %.4f%n",
          variant,
          Arrays.stream(found).min().orElseThrow(),
          Arrays.stream(found).max().orElseThrow());
    }
  }

  private RlConfig config(int steps) {
    boolean filters = variant.startsWith("topP") || variant.startsWith("both");
    boolean corrects = !variant.equals("plain") && !variant.endsWith("-bare");
    Grpo grpo = (Grpo) settings.algorithm();
    SamplerCorrection correction =
        corrects
            ? SamplerCorrection.of(SamplerCorrection.Weights.TOKEN, 2)
            : SamplerCorrection.NONE;
    return new RlConfig(
        steps < 0 ? settings.steps() : steps,
        settings.promptsPerStep(),
        settings.groupSize(),
        settings.maxNewTokens(),
        filters ? new Sampling(1, 0, 0.9, 0, 1) : settings.sampling(),
        grpo.with(grpo.updates().with(correction)),
        settings.samplingRounds(),
        settings.optimizer(),
        recipe.compute());
  }

  /// Returns the accuracy at the end, sampled without noise and filter.
  private double run(int steps) {
    RlConfig config = config(steps);
    Task task = recipe.requireTask().open(null);
    Streams streams = Streams.of(recipe.seed());
    NoisyCompute[] noise = new NoisyCompute[1];
    try (LoadedModel source = LoadedModel.load(base, Dtype.FLOAT32, Device.CPU);
        CausalLm decoder = copy(source.decoder(), noise);
        Grader grader = grader(task)) {
      MatmulPrecision.BFLOAT16.apply(decoder);
      LoadedModel model =
          new LoadedModel(
              source.parts(), decoder, source.tokenizer(), source.files(), source.endTokens());
      boolean disturbs = variant.startsWith("noise") || variant.startsWith("both");
      noise[0].disturb(disturbs ? 1 : 0);
      Metrics last = train(model, config, grader, streams.stage(settings.name()));
      EvaluationConfig posed = recipe.evaluation().posed();
      long seed = streams.seed(Purpose.EVALUATION);
      EvaluationConfig same =
          new EvaluationConfig(
              posed.problems(), posed.samples(), posed.maxNewTokens(), config.sampling());
      double drawnAlike = new Evaluator(model, task, same, seed).evaluate().accuracy().mean();
      noise[0].disturb(0);
      Evaluation found = new Evaluator(model, task, posed, seed).evaluate();
      System.out.printf(
          Locale.ROOT,
          "%-12s seed %d: accuracy %.4f (%.4f - %.4f), drawn as in training %.4f, format %.3f, %.1f tokens, in training"
              + " accuracy %.3f, entropy %.3f, |difference of log-probabilities| %.2e%n",
          variant,
          recipe.seed(),
          found.accuracy().mean(),
          found.accuracy().low(),
          found.accuracy().high(),
          drawnAlike,
          found.format(),
          found.responseLength(),
          last.get("accuracy"),
          last.get("entropy"),
          last.get("sampling/sampling_logp_difference/mean"));
      return found.accuracy().mean();
    }
  }

  private Grader grader(Task task) {
    return new Grader(
        settings
            .reward()
            .open(new RewardConfig.Place(task, settings.maxNewTokens(), Device.CPU, _ -> base)));
  }

  private static CausalLm copy(CausalLm from, NoisyCompute[] noise) {
    CausalLm to =
        new CausalLm(
            from.config(),
            Parameters.on(Device.CPU, Dtype.FLOAT32),
            model -> noise[0] = new NoisyCompute(CpuCompute.of(model).orElseThrow(), 1));
    try (NoGrad _ = NoGrad.on()) {
      for (int i = 0; i < to.parameters().size(); i++) {
        to.parameters().get(i).tensor().copy_(from.parameters().get(i).tensor());
      }
    }
    return to;
  }

  private Metrics train(LoadedModel model, RlConfig config, Grader grader, Streams streams) {
    Task task = grader.rewards().task();
    PromptStream prompts =
        new PromptStream(
            task, model.requireTokenizer(), settings.prompts(), streams.seed(Purpose.PROBLEMS));
    Path folder = temporary();
    try (RlTrainer trainer =
        new RlTrainer(
            model,
            new RlTrainer.Parts(
                prompts,
                new LocalRolloutSampler(model, task, grader),
                grader.rewards(),
                new RolloutLog(folder),
                null,
                null),
            config,
            streams.seed(Purpose.COMPLETIONS))) {
      Metrics sum = new Metrics();
      for (int step = 0; step < config.steps(); step++) {
        Metrics metrics = trainer.step(step);
        if (step >= config.steps() - WARM) {
          metrics
              .values()
              .forEach((name, value) ->
                  sum.put(name, (Double.isNaN(sum.get(name)) ? 0 : sum.get(name)) + value / WARM));
        }
      }
      trainer.finish();
      return sum;
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("sampler-experiment");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
