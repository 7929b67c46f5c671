package dev.tesuji.rl.reinforce;

import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;

/// REINFORCE++ at work.
final class ReinforceObjective implements Objective {
  private final ReinforcePlusPlus settings;

  ReinforceObjective(ReinforcePlusPlus settings) {
    this.settings = settings;
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    double[] rewards =
        settings.baseline()
            ? ReinforceAdvantages.lessGroupMean(batch.rewards(), batch.groupSize())
            : batch.rewards();
    float[][] returns = new float[rewards.length][0];
    double inReward = settings.baseline() ? 0 : settings.klCoefficient();
    for (int i : batch.scored()) {
      double[] perToken = KlReward.perToken(batch, i, rewards[i], inReward, settings.klEstimator());
      returns[i] = KlReward.returns(perToken, settings.gamma());
    }
    return Statistics.whiten(returns, true);
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    PolicyLoss loss = TokenMean.loss(update, members, settings.surrogate());
    return settings.baseline() && settings.klCoefficient() > 0
        ? loss.with(TokenMean.kl(update, members, settings.klCoefficient(), settings.klEstimator()))
        : loss;
  }
}
