package dev.tesuji.rl.reinforce;

import dev.tesuji.json.Json;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.KlReward;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// ReMax at work.
final class ReMaxObjective implements Objective {
  private final ReMax settings;
  private final KlControl kl;

  /// @param steps how many steps the run has
  ReMaxObjective(ReMax settings, int steps) {
    this.settings = settings;
    kl = new KlControl(settings.penalty(), steps);
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    kl.begin(step, batch, metrics);
    double[] rewards = ReinforceAdvantages.lessGreedy(batch.rewards(), batch.baselines());
    float[][] advantages = new float[rewards.length][0];
    for (int i : batch.scored()) {
      advantages[i] = KlReward.returns(kl.perToken(batch, i, rewards[i]), settings.gamma());
    }
    return advantages;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    return TokenMean.loss(update, members, settings.surrogate(), kl);
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
