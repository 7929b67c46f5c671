package dev.tesuji.rollout;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.env.Env;
import dev.tesuji.reward.Grader;
import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Reward;
import dev.tesuji.reward.RewardMix;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.weights.LoadedModel;
import dev.tesuji.weights.NewModel;
import java.nio.file.Path;
import java.util.List;

/// A sampler from a small model with random weights, for tests.
final class RandomSampler {
  private RandomSampler() {}

  /// What is done with a sampler and its model, which are closed then.
  interface Body {
    void run(RolloutSampler sampler, LoadedModel model);
  }

  /// Has something done with a sampler of a new model.
  static void with(Path folder, Env env, Reward reward, Body body) {
    new NewModel(1, 16, 24, 2, 1, 64).create(folder.resolve("model"), 5);
    RewardMix mix =
        new RewardMix(ChainSums.DEFAULT, List.of(new RewardMix.Part("rule", 1, reward)));
    try (LoadedModel model = LoadedModel.load(folder.resolve("model"), Dtype.FLOAT32, Device.CPU);
        Grader grader = new Grader(mix);
        RolloutSampler sampler = new LocalRolloutSampler(model, env, grader)) {
      body.run(sampler, model);
    }
  }

  /// A reward: the number of tokens.
  static Judgement length(dev.tesuji.reward.Response r) {
    return new Judgement.Points(r.tokens());
  }

  static List<PosedProblem> problems(LoadedModel model, int count) {
    return HeldOutProblems.of(ChainSums.DEFAULT, model.requireTokenizer(), count, 40).posed();
  }
}
