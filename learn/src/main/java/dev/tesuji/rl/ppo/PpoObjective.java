package dev.tesuji.rl.ppo;

import dev.tesuji.json.Json;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Statistics;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// PPO at work.
final class PpoObjective implements Objective {
  private final Ppo ppo;
  private final AlgorithmContext context;
  private final Critic critic;
  private final KlControl kl;
  private float[][] values = {}; // of the batch of the step, before it
  private float[][] returns = {};

  PpoObjective(Ppo ppo, AlgorithmContext context) {
    this.ppo = ppo;
    this.context = context;
    kl = new KlControl(ppo.kl().penalty(), context.steps());
    critic = new Critic(ppo.critic(), context);
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    kl.begin(step, batch, metrics);
    int[] scored = batch.scored();
    values = values(batch, scored);
    returns = new float[values.length][0];
    float[][] advantages = new float[values.length][0];
    double[] rewards = batch.rewards();
    MetricAccumulator totals = new MetricAccumulator();
    for (int i : scored) {
      double[] perToken = kl.perToken(batch, i, rewards[i]);
      PpoLoss.Estimate estimate = PpoLoss.estimate(perToken, values[i], ppo.gamma(), ppo.lambda());
      advantages[i] = estimate.advantages();
      returns[i] = estimate.returns();
      totals.add("objective/scores", rewards[i], 1);
      totals.add("objective/rlhf_reward", Arrays.stream(perToken).sum(), 1);
      totals.add("objective/non_score_reward", Arrays.stream(perToken).sum() - rewards[i], 1);
    }
    totals.put(metrics);
    float[] all = Batch.pack(scored, i -> values[i]);
    float[] wanted = Batch.pack(scored, i -> returns[i]);
    metrics.put("critic/vf_explained_var", PpoLoss.explainedVariance(all, wanted));
    putMean(metrics, "critic/values/mean", all);
    putMean(metrics, "critic/returns/mean", wanted);
    return ppo.whiten() ? Statistics.whiten(advantages, true) : advantages;
  }

  private static void putMean(Metrics metrics, String name, float[] numbers) {
    double sum = 0;
    for (float n : numbers) {
      sum += n;
    }
    metrics.put(name, sum / numbers.length);
  }

  private float[][] values(Batch batch, int[] scored) {
    float[][] out = new float[batch.samples().size()][0];
    for (int[] micro : split(batch, scored)) {
      batch.unpack(critic.values(batch.sequences(micro)), micro, out);
    }
    return out;
  }

  private List<int[]> split(Batch batch, int[] some) {
    return batch.split(some, context.compute().tokensPerDevice());
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator totals) {
    return TokenMean.loss(update, members, ppo.surrogate(), kl);
  }

  @Override
  public void learn(int step, Update update, MetricAccumulator totals) {
    int[] scored = update.scored();
    if (scored.length == 0) {
      return;
    }
    double weight = ppo.critic().coefficient() / update.counts().updateTokens();
    double loss = 0;
    for (int[] micro : split(update.batch(), scored)) {
      List<TokenSequence> sequences = update.batch().sequences(micro);
      loss += critic.backward(sequences, v -> valueLoss(v, micro, weight, totals));
    }
    totals.add("loss/value_avg", loss, 1);
    totals.add("critic/grad_norm", critic.update(step), 1);
  }

  private Tensor valueLoss(Tensor now, int[] micro, double weight, MetricAccumulator totals) {
    float[] before = Batch.pack(micro, i -> values[i]);
    double clip = ppo.critic().clip();
    float[] target = Batch.pack(micro, i -> returns[i]);
    double share = PpoLoss.clippedShare(now.detach().toFloats(), before, target, clip);
    totals.add("val/clipfrac_avg", share * before.length, before.length);
    Tensor old = Tensor.of(before).to(now.device());
    Tensor wanted = Tensor.of(target).to(now.device());
    return PpoLoss.valueLoss(now, old, wanted, clip).sum().mul(weight);
  }

  @Override
  public void save(Path folder) {
    critic.save(folder);
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = Json.MAPPER.createObjectNode();
    kl.putState(state);
    state.set("critic", critic.state());
    return state;
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    kl.restore(state);
    critic.restore(folder, state.path("critic"));
  }

  @Override
  public void close() {
    critic.close();
  }
}
