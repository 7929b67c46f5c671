package dev.tesuji.rl.rloo;

import dev.tesuji.json.Json;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// RLOO at work.
final class RlooObjective implements Objective {
  private final Rloo rloo;
  private final KlControl kl;

  /// @param steps how many steps the run has
  RlooObjective(Rloo rloo, int steps) {
    this.rloo = rloo;
    kl = new KlControl(rloo.penalty(), steps);
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    kl.begin(step, batch, metrics);
    double[] rewards =
        RlooAdvantages.shaped(batch.rewards(), kl.perCompletion(batch), rloo.rewardLimit());
    return batch.perToken(RlooAdvantages.of(rewards, batch.groupSize(), rloo.normalize()));
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    Batch batch = update.batch();
    float[] lengths = batch.repeat(members, batch::tokens);
    return new PolicyLoss(
            new RlooLoss(rloo.surrogate(), lengths),
            update.advantages(members),
            update.oldOfSequences(members),
            weights(update, members, 1),
            kl.term(update, members, weights(update, members, kl.coefficient()), false))
        .ofCompletions();
  }

  /// Returns a coefficient for the mean over completions of each one's mean over its tokens.
  private static float[] weights(Update update, int[] members, double coefficient) {
    Batch batch = update.batch();
    return batch.repeat(
        members, i -> coefficient / (update.counts().completions() * batch.tokens(i)));
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = Json.MAPPER.createObjectNode();
    kl.putState(state);
    return state;
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    kl.restore(state);
  }
}
