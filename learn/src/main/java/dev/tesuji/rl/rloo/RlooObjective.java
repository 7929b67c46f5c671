package dev.tesuji.rl.rloo;

import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.ClippedSurrogate;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
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
      kl[i] = KlReward.sum(batch.old(i), batch.reference(i));
    }
    metrics.put(
        "objective/kl", Arrays.stream(held).mapToDouble(i -> kl[i]).average().orElse(Double.NaN));
    double[] rewards = RlooAdvantages.shaped(batch.rewards(), kl, rloo);
    return Algorithm.perToken(
        batch, RlooAdvantages.of(rewards, batch.groupSize(), rloo.normalize()));
  }

  @Override
  public boolean looksAhead(boolean moved) {
    return moved;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, Means means) {
    Batch batch = update.batch();
    float[] lengths = batch.repeat(members, batch::tokens);
    float[] weights =
        batch.repeat(members, i -> 1.0 / (update.counts().completions() * batch.tokens(i)));
    return new PolicyLoss(
        new RlooLoss(new ClippedSurrogate(rloo.clipLow(), rloo.clipHigh()), lengths),
        update.advantages(members),
        update.onPolicy() ? null : Batch.pack(members, i -> shifted(update, i)),
        weights,
        null,
        null);
  }

  private static float[] shifted(Update update, int i) {
    float[] now = Objective.current(update, i);
    double logRatio = KlReward.sum(now, update.batch().old(i)) / now.length;
    float[] out = new float[now.length];
    for (int t = 0; t < out.length; t++) {
      out[t] = (float) (now[t] - logRatio);
    }
    return out;
  }
}
