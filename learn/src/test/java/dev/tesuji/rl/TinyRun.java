package dev.tesuji.rl;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Problem;
import dev.tesuji.generate.Sampling;
import dev.tesuji.optim.OptimizerConfig;
import dev.tesuji.policy.ComputeConfig;
import dev.tesuji.policy.MatmulPrecision;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rollout.LocalRolloutSampler;
import dev.tesuji.rollout.PromptStream;
import dev.tesuji.rollout.RolloutLog;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Training runs of a random model of a few thousand weights.
///
/// @param folder takes the files
/// @param changes what is done to every model that is loaded
record TinyRun(Path folder, Consumer<LoadedModel> changes) {
  private static final OptimizerConfig OPTIMIZER =
      OptimizerConfig.DEFAULT.change().learningRate(1e-2).beta2(0.99).build();

  /// Makes runs of the model as it is.
  TinyRun(Path folder) {
    this(folder, _ -> {});
  }

  /// What happens in a run.
  interface Body {
    void run(RlTrainer trainer, LoadedModel model);
  }

  LoadedModel model() {
    Path directory = folder.resolve("model");
    if (!directory.toFile().exists()) {
      new NewModel(1, 16, 24, 2, 1, 64).create(directory, 5);
    }
    LoadedModel model = LoadedModel.load(directory, Dtype.FLOAT32, Device.CPU);
    changes.accept(model);
    return model;
  }

  static RlConfig config(Algorithm algorithm, int rounds, int tokens) {
    return config(algorithm, 8, rounds, tokens);
  }

  static RlConfig config(Algorithm algorithm, int group, int rounds, int tokens) {
    ComputeConfig compute = new ComputeConfig(tokens, false, 0, 0, MatmulPrecision.FLOAT32);
    return new RlConfig(
        60, 32 / group, group, 6, Sampling.DEFAULT, algorithm, rounds, OPTIMIZER, compute);
  }

  void train(RlConfig config, Reward reward, Body body) {
    train(config, reward, 9, body);
  }

  void train(RlConfig config, Reward reward, long seed, Body body) {
    RewardMix mix = new RewardMix(new DigitTask(), List.of(new RewardMix.Part("rule", 1, reward)));
    Algorithm algorithm = config.algorithm();
    try (LoadedModel model = model();
        LoadedModel reference = algorithm.requirements().has(Need.REFERENCE) ? model() : null;
        LoadedModel second = algorithm.requirements().has(Need.SECOND_MODEL) ? model() : null;
        Grader grader = new Grader(mix, Duration.ofSeconds(10));
        RlTrainer trainer =
            new RlTrainer(model, parts(model, grader, reference, second), config, seed)) {
      body.run(trainer, model);
    }
  }

  private static PromptStream prompts(LoadedModel model) {
    return new PromptStream(
        ChainSums.DEFAULT, model.requireTokenizer(), PromptStream.Limit.DEFAULT, 1);
  }

  /// Returns the problem at a position of the run's order.
  Problem problem(long position) {
    try (LoadedModel model = model()) {
      return prompts(model).at(position).problem();
    }
  }

  RlTrainer.Parts parts(
      LoadedModel model,
      Grader grader,
      @Nullable LoadedModel reference,
      @Nullable LoadedModel second) {
    return new RlTrainer.Parts(
        prompts(model),
        new LocalRolloutSampler(model, grader.rewards().task(), grader),
        grader.rewards(),
        new RolloutLog(folder.resolve("rollouts")),
        reference,
        second);
  }

  /// Pays for a digit at the beginning.
  static Judgement digit(Response r) {
    return Judgement.of(new DigitTask().grade(r.problem(), r.text()));
  }
}
