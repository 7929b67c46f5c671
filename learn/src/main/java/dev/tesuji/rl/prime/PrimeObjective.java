package dev.tesuji.rl.prime;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.AlgorithmContext;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.KlControl;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import dev.tesuji.weights.LoadedModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// PRIME at work: the implicit process reward model and what it makes of a batch.
final class PrimeObjective implements Objective {
  private static final String FOLDER = "reward_model";

  private final Prime prime;
  private final AlgorithmContext context;
  private final Policy rewardModel;
  private final Learner learner;
  private final KlControl kl;

  PrimeObjective(Prime prime, AlgorithmContext context) {
    this.prime = prime;
    this.context = context;
    kl = new KlControl(prime.penalty(), context.steps());
    LoadedModel second = context.requireSecond();
    rewardModel = new Policy(second.decoder(), context.temperature(), context.compute());
    learner =
        Learner.of(
            second,
            context.compute(),
            context.optimizer().times(prime.learningRateFactor()).change().emaDecay(0).build());
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
    kl.begin(step, batch, metrics);
    int[] scored = batch.scored();
    float[][] process = process(batch, scored);
    double[] outcomes = outcomes(batch);
    double[] scores = Arrays.stream(process).mapToDouble(PrimeObjective::sum).toArray();
    metrics.put(
        "reward_model/dpo_acc_before",
        PrimeRewards.pairAccuracy(scores, outcomes, batch.groupSize()));
    learn(step, batch, scores, metrics);
    if (prime.order() == Prime.Order.BEFORE) {
      process = process(batch, scored);
      double[] after = Arrays.stream(process).mapToDouble(PrimeObjective::sum).toArray();
      metrics.put(
          "reward_model/dpo_acc_after",
          PrimeRewards.pairAccuracy(after, outcomes, batch.groupSize()));
    }
    float[][] rewards = process;
    float[] all = Batch.pack(scored, i -> rewards[i]);
    metrics.put("reward_model/process_reward", sum(all) / all.length);
    double[] paid = batch.rewards();
    double[] costs = kl.perCompletion(batch);
    for (int i = 0; i < paid.length; i++) {
      paid[i] -= costs[i];
    }
    return PrimeRewards.advantages(process, paid, batch.groupSize(), prime.gamma());
  }

  private static double[] outcomes(Batch batch) {
    double[] outcomes = new double[batch.samples().size()];
    for (int i = 0; i < outcomes.length; i++) {
      Sample s = batch.samples().get(i);
      outcomes[i] = s.tokens() == 0 ? Double.NaN : s.correct() ? 1 : 0;
    }
    return outcomes;
  }

  /// Returns the process rewards of all tokens in the loss.
  private float[][] process(Batch batch, int[] scored) {
    float[][] process = new float[batch.samples().size()][0];
    for (int[] micro : split(batch, scored)) {
      batch.unpack(rewardModel.score(batch.sequences(micro)).logProbs(), micro, process);
    }
    for (int i : scored) {
      process[i] = PrimeRewards.process(process[i], batch.reference(i), prime.beta());
    }
    return process;
  }

  /// Teaches the reward model the outcomes of a batch.
  ///
  /// @param scores the sum of each completion's process rewards as they are
  private void learn(int step, Batch batch, double[] scores, Metrics metrics) {
    double[] outcomes = outcomes(batch);
    int[] scored = batch.scored();
    double loss = 0;
    for (int i : scored) {
      loss += PrimeRewards.crossEntropy(scores[i], outcomes[i]) / scored.length;
    }
    for (int[] micro : split(batch, scored)) {
      List<TokenSequence> sequences = batch.sequences(micro);
      float[] weights =
          batch.repeat(
              micro,
              i -> PrimeRewards.gradient(scores[i], outcomes[i], prime.beta()) / scored.length);
      rewardModel.backward(
          Policy.Micro.of(sequences, scored.length, learner.nextPass()),
          t -> t.logProbs().mul(t.of(weights)).sum());
    }
    metrics.put("reward_model/prm_loss", loss);
    metrics.put("reward_model/grad_norm", learner.update(step, context.steps(), new Metrics()));
  }

  private List<int[]> split(Batch batch, int[] some) {
    return batch.split(some, context.compute().tokensPerDevice());
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    return sum;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, MetricAccumulator metrics) {
    return TokenMean.loss(update, members, prime.surrogate(), kl);
  }

  @Override
  public void save(Path folder) {
    learner.save(folder.resolve(FOLDER));
  }

  @Override
  public ObjectNode state() {
    ObjectNode state = learner.state();
    kl.putState(state);
    return state;
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    learner.restore(folder.resolve(FOLDER), state);
    kl.restore(state);
  }

  @Override
  public void close() {
    learner.close();
  }
}
