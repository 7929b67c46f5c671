package dev.tesuji.rl.rloo;

import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.SequenceRatio;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.util.Arrays;

/// RLOO at work.
final class RlooObjective implements Objective {
  private final Rloo rloo;

  RlooObjective(Rloo rloo) {
    this.rloo = rloo;
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    int[] held = rloo.klCoefficient() > 0 ? batch.scored() : new int[0];
    double[] kl = new double[batch.samples().size()];
    for (int i : held) {
      kl[i] = SequenceRatio.sumLog(batch.old(i), batch.reference(i));
    }
    metrics.put(
        "objective/kl", Arrays.stream(held).mapToDouble(i -> kl[i]).average().orElse(Double.NaN));
    double[] rewards = RlooAdvantages.shaped(batch.rewards(), kl, rloo);
    return batch.perToken(RlooAdvantages.of(rewards, batch.groupSize(), rloo.normalize()));
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    Batch batch = update.batch();
    float[] lengths = batch.repeat(members, batch::tokens);
    float[] weights =
        batch.repeat(members, i -> 1.0 / (update.counts().completions() * batch.tokens(i)));
    return new PolicyLoss(
        new RlooLoss(rloo.surrogate(), lengths),
        update.advantages(members),
        SequenceRatio.old(update, members),
        weights,
        null,
        null);
  }
}
