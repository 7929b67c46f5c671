package dev.tesuji.rl;

import dev.tesuji.policy.Leaf;
import dev.tesuji.policy.Policy;
import dev.tesuji.policy.SamplerPrecision;
import dev.tesuji.random.Rng;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.EntropyControl;
import dev.tesuji.rl.algorithm.LossFactors;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.SamplerCorrection;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.rl.algorithm.UpdateConfig;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Moves the policy: `innerEpochs` passes over `miniBatches` parts of a batch, each part in
/// micro-batches that fit into memory.
///
/// The denominators of a loss's averages are fixed for a whole update before its first micro-batch,
/// so that the split into micro-batches, and into leaves, changes nothing but memory and rounding.
/// The first pass takes the groups in their order, later ones shuffled.
final class PolicyUpdates {
  private static final long SHUFFLE = 0x5368_7566L; // the stream of the order of groups

  private final RlConfig config;
  private final Algorithm algorithm;
  private final UpdateConfig settings;
  private final Requirements requirements;
  private final SamplerCorrection correction;
  private final Objective objective;
  private final BatchScorer scorer;
  private final Learner learner;
  private final EntropyControl entropy;
  private final long seed;

  PolicyUpdates(
      RlConfig config, Objective objective, BatchScorer scorer, Learner learner, long seed) {
    this.config = config;
    algorithm = config.algorithm();
    settings = algorithm.updates();
    SamplerPrecision precision = scorer.policy().samplerPrecision();
    requirements = config.requirements(precision);
    correction = config.samplerCorrection(precision);
    this.objective = objective;
    this.scorer = scorer;
    this.learner = learner;
    entropy = new EntropyControl(settings.entropy());
    this.seed = Rng.derive(seed, SHUFFLE);
  }

  /// Learns from a batch.
  ///
  /// @return the advantages, per scored token of each completion
  float[][] run(int step, Batch batch, Metrics metrics) {
    algorithm.surrogate().describe(metrics);
    if (batch.tokens() == 0) {
      learner.dropGradients();
      return new float[batch.samples().size()][0];
    }
    if (requirements.has(Need.OLD_LOG_PROBS)) {
      scorer.scoreOld(batch, batch.scored());
    }
    if (correction.isOn()) {
      batch.correct(correction, metrics);
    }
    if (requirements.has(Need.REFERENCE)) {
      scorer.scoreReference(batch, batch.scored());
    }
    float[][] advantages = objective.advantages(step, batch, metrics);
    MetricAccumulator totals = new MetricAccumulator();
    boolean moved = false;
    for (int epoch = 0; epoch < settings.innerEpochs(); epoch++) {
      int groups = batch.samples().size() / batch.groupSize();
      List<Update> updates = updates(batch, advantages, order(groups, seed, step, epoch));
      if (!moved && !settings.isOnPolicy()) {
        boolean all = requirements.lookAhead().applies(true);
        updates.forEach(u -> scorer.scoreOld(batch, all ? u.scored() : active(u)));
      }
      for (Update update : updates) {
        move(step, lookAhead(update, moved), totals, metrics);
        moved = true;
      }
    }
    totals.put(metrics);
    entropy.end(metrics);
    return advantages;
  }

  /// Returns the numbers of the groups in the order of a pass: their own in the first.
  static int[] order(int groups, long seed, int step, int epoch) {
    int[] order = IntStream.range(0, groups).toArray();
    for (int i = groups - 1; epoch > 0 && i > 0; i--) {
      int j = Rng.below(i + 1, seed, step, epoch, i);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }

  /// Splits the groups into the parts of a pass.
  private List<Update> updates(Batch batch, float[][] advantages, int[] order) {
    int groups = order.length;
    int size = batch.groupSize();
    int count = Math.min(settings.miniBatches(), groups);
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] members =
          Arrays.stream(order, i * groups / count, (i + 1) * groups / count)
              .flatMap(group -> IntStream.range(group * size, (group + 1) * size))
              .toArray();
      Update.Counts counts =
          new Update.Counts(
              members.length,
              Arrays.stream(members).map(batch::tokens).sum(),
              (double) batch.tokens() / count,
              batch.maxTokens());
      updates.add(new Update(batch, members, advantages, counts, settings.isOnPolicy(), Map.of()));
    }
    return updates;
  }

  private Update lookAhead(Update update, boolean moved) {
    int[] scored = update.scored();
    if (scored.length == 0 || !requirements.lookAhead().applies(moved)) {
      return update;
    }
    boolean known = !moved && update.batch().hasOld(scored[0]);
    return known ? update : update.with(scorer.now(update.batch(), scored));
  }

  /// Makes one update.
  private void move(int step, Update update, MetricAccumulator totals, Metrics metrics) {
    objective.learn(step, update, totals);
    if (step < requirements.frozenSteps()) {
      learner.dropGradients();
      totals.add("loss", 0, 1); // which is what a policy that stays as it is adds
      return;
    }
    totals.add("loss", backward(update, totals), 1);
    totals.add("grad_norm", learner.update(step, config.steps(), metrics), 1);
  }

  /// Adds the gradient of an update.
  ///
  /// @return its loss
  private double backward(Update update, MetricAccumulator totals) {
    LossFactors factors = new LossFactors(settings.entropy(), entropy.bonus());
    int[] active = active(update);
    List<int[]> parts = new ArrayList<>();
    List<PolicyLoss> losses = new ArrayList<>();
    List<Leaf> leaves = new ArrayList<>();
    for (List<int[]> micros : leaves(update.batch(), active)) {
      List<Leaf.Pass> passes = new ArrayList<>();
      for (int[] members : micros) {
        PolicyLoss loss = factors.apply(objective.loss(update, members, totals), update, members);
        List<TokenSequence> sequences = update.batch().sequences(members);
        Policy.Micro micro = Policy.Micro.of(sequences, active.length, learner.nextPass());
        passes.add(new Leaf.Pass(micro, loss));
        parts.add(members);
        losses.add(loss);
      }
      leaves.add(new Leaf(passes));
    }
    List<Policy.Scores> found = learner.backward(scorer.policy(), leaves);
    double sum = 0;
    for (int i = 0; i < found.size(); i++) {
      Policy.Scores scores = found.get(i);
      losses.get(i).measure(scores, totals);
      sum += scores.loss();
      update.batch().noteTrainer(scores.logProbs(), parts.get(i));
      compare(scores.logProbs(), update.batch(), parts.get(i), totals);
    }
    return sum;
  }

  private List<List<int[]>> leaves(Batch batch, int[] active) {
    return batch.leaves(active, config.compute().leaves(), scorer.tokensPerDevice());
  }

  /// Returns the completions that have a gradient; the others count in the denominators all the
  /// same.
  private int[] active(Update update) {
    return Arrays.stream(update.scored())
        .filter(i -> requirements.has(Need.EVERY_TOKEN) || anyNonZero(update.advantages()[i]))
        .toArray();
  }

  private static boolean anyNonZero(float[] values) {
    for (float v : values) {
      if (v != 0) {
        return true;
      }
    }
    return false;
  }

  private static void compare(
      float[] logProbs, Batch batch, int[] members, MetricAccumulator totals) {
    float[] sampler = Batch.pack(members, i -> batch.samples().get(i).sampler());
    double sum = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double d = Math.abs(logProbs[i] - sampler[i]);
      sum += d;
      totals.max("sampling/sampling_logp_difference/max", d);
    }
    totals.add("sampling/sampling_logp_difference/mean", sum, logProbs.length);
  }

  /// Adds its numbers to the state of a checkpoint.
  void putState(ObjectNode state) {
    entropy.putState(state);
  }

  /// Takes up where a checkpoint left off.
  void restore(JsonNode state) {
    entropy.restore(state);
  }
}
