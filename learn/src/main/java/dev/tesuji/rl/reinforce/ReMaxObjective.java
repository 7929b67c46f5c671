package dev.tesuji.rl.reinforce;

import dev.tesuji.policy.KlEstimator;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;

/// ReMax at work.
final class ReMaxObjective implements Objective {
  private final ReMax settings;

  ReMaxObjective(ReMax settings) {
    this.settings = settings;
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    double[] rewards = ReinforceAdvantages.lessGreedy(batch.rewards(), batch.baselines());
    float[][] advantages = new float[rewards.length][0];
    for (int i : batch.scored()) {
      double[] perToken =
          KlReward.perToken(batch, i, rewards[i], settings.klCoefficient(), KlEstimator.K1);
      advantages[i] = KlReward.returns(perToken, settings.gamma());
    }
    return advantages;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    return TokenMean.loss(update, members, settings.surrogate());
  }
}
