package dev.tesuji.rl.grpo;

import dev.tesuji.json.Json;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// GRPO and its kin at work.
final class GrpoObjective implements Objective {
  private final Grpo grpo;
  private final KlControl kl;

  /// @param steps how many steps the run has
  GrpoObjective(Grpo grpo, int steps) {
    this.grpo = grpo;
    kl = new KlControl(grpo.penalty(), steps);
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    kl.begin(step, batch, metrics);
    Batch.Parts parts = batch.parts();
    if (parts != null) {
      return batch.perToken(
          GroupAdvantages.normalizeThenSum(parts.paid(), parts.weights(), batch.groupSize()));
    }
    double[] rewards = batch.rewards();
    double[] costs = kl.perCompletion(batch);
    for (int i = 0; i < rewards.length; i++) {
      rewards[i] -= costs[i];
    }
    return switch (grpo.credit()) {
      case TRAJECTORY ->
          batch.perToken(GroupAdvantages.of(rewards, batch.groupSize(), grpo.scaling()));
      case TURN -> perTurn(batch, rewards);
    };
  }

  private float[][] perTurn(Batch batch, double[] rewards) {
    double[][] returns = new double[rewards.length][];
    for (int i = 0; i < rewards.length; i++) {
      returns[i] = batch.samples().get(i).turns().returns(rewards[i]);
    }
    double[][] advantages = GroupAdvantages.ofTurns(returns, batch.groupSize(), grpo.scaling());
    float[][] perToken = new float[rewards.length][];
    for (int i = 0; i < rewards.length; i++) {
      Sample sample = batch.samples().get(i);
      perToken[i] = sample.scored() ? sample.turns().perToken(advantages[i]) : new float[0];
    }
    return perToken;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    Batch batch = update.batch();
    float[] even =
        batch.repeat(members, i -> grpo.loss().tokenWeight(batch.tokens(i), update.counts()));
    float[] weights = even.clone();
    int at = 0;
    for (int i : members) {
      float factor = (float) factor(update, i, metrics);
      for (int t = 0; t < batch.tokens(i); t++) {
        weights[at++] *= factor;
      }
    }
    float[] held = even.clone();
    for (int t = 0; t < held.length; t++) {
      held[t] *= (float) kl.coefficient();
    }
    boolean sequence = grpo.ratio().level() == Ratio.Level.SEQUENCE;
    PolicyLoss loss =
        new PolicyLoss(
            grpo.surrogate(),
            update.advantages(members),
            sequence ? update.oldOfSequences(members) : update.old(members),
            weights,
            kl.term(update, members, held, grpo.reference().correctBias()));
    return sequence ? loss.ofCompletions() : loss;
  }

  /// Returns the factor on the policy term of a completion's tokens.
  private double factor(Update update, int i, MetricAccumulator metrics) {
    Batch batch = update.batch();
    double advantage = update.advantages()[i][0];
    double factor = 1;
    if (!update.onPolicy() && grpo.ratio().offPolicyMask() > 0) {
      boolean kept = grpo.ratio().keeps(advantage, update.now(i), batch.old(i));
      metrics.add("off_policy_masked", kept ? 0 : 1, 1);
      factor = kept ? 1 : 0;
    }
    if (grpo.loss() instanceof GrpoLoss.Vespo vespo) {
      float[] old = update.onPolicy() ? new float[0] : batch.old(i);
      float[] now = update.onPolicy() ? old : update.now(i);
      double[] sampler =
          batch.hasSamplerFactors(i) ? batch.samplerFactors(i).weights() : new double[0];
      double phi = vespo.weight(advantage, now, old, sampler);
      metrics.add("vespo/phi_seq_mean", phi, 1);
      factor *= phi;
    }
    return factor;
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
