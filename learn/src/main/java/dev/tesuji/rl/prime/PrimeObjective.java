package dev.tesuji.rl.prime;

import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Sample;
import dev.tesuji.rl.algorithm.TokenMean;
import dev.tesuji.rl.algorithm.Tools;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// PRIME at work: the implicit process reward model and what it makes of a batch.
final class PrimeObjective implements Objective {
  private static final String FOLDER = "reward_model";

  private final Prime prime;
  private final Tools tools;
  private final Learner rewardModel;

  PrimeObjective(Prime prime, Tools tools) {
    this.prime = prime;
    this.tools = tools;
    rewardModel =
        new Learner(
            tools.requireSecond(),
            tools.temperature(),
            tools.compute(),
            tools.optimizer().times(prime.learningRateFactor()));
  }

  @Override
  public float[][] advantages(int step, Batch batch, Metrics metrics) {
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
    return PrimeRewards.advantages(process, batch.rewards(), batch.groupSize(), prime.gamma());
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
      batch.unpack(rewardModel.policy().score(batch.sequences(micro)).logProbs(), micro, process);
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
      rewardModel.backward(sequences, scored.length, t -> t.logProbs().mul(t.of(weights)).sum());
    }
    metrics.put("reward_model/prm_loss", loss);
    metrics.put("reward_model/grad_norm", rewardModel.update(step, tools.steps(), new Metrics()));
  }

  private List<int[]> split(Batch batch, int[] some) {
    return batch.split(some, tools.compute().tokensPerDevice());
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float v : values) {
      sum += v;
    }
    return sum;
  }

  @Override
  public PolicyLoss loss(Update update, int[] members, Means means) {
    return TokenMean.loss(update, members, prime);
  }

  @Override
  public void save(Path folder) {
    rewardModel.save(folder.resolve(FOLDER));
  }

  @Override
  public void putState(ObjectNode state) {
    state.set(FOLDER, rewardModel.state());
  }

  @Override
  public void restore(Path folder, JsonNode state) {
    rewardModel.restore(folder.resolve(FOLDER), state.path(FOLDER));
  }

  @Override
  public void close() {
    rewardModel.close();
  }
}
