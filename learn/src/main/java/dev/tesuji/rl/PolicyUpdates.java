package dev.tesuji.rl;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.MetricAccumulator;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
import dev.tesuji.rl.algorithm.Requirements;
import dev.tesuji.rl.algorithm.Requirements.Need;
import dev.tesuji.rl.algorithm.Update;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.train.Learner;
import dev.tesuji.train.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Moves the policy: `innerEpochs` passes over `miniBatches` parts of a batch, each part in
/// micro-batches that fit into memory.
///
/// What the averages of a loss divide by is fixed for a whole update before its first micro-batch,
/// so that the split into micro-batches changes nothing but memory.
final class PolicyUpdates {
  private final RlConfig config;
  private final Algorithm algorithm;
  private final Requirements requirements;
  private final Objective objective;
  private final Policy policy;
  private final Learner learner;
  private final @Nullable Policy reference;

  PolicyUpdates(
      RlConfig config,
      Objective objective,
      Policy policy,
      Learner learner,
      @Nullable Policy reference) {
    this.config = config;
    algorithm = config.algorithm();
    requirements = algorithm.requirements();
    this.objective = objective;
    this.policy = policy;
    this.learner = learner;
    this.reference = reference;
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
      scoreOld(batch, batch.scored());
    }
    if (requirements.has(Need.REFERENCE)) {
      scoreReference(batch, batch.scored());
    }
    float[][] advantages = objective.advantages(step, batch, metrics);
    List<Update> updates = updates(batch, advantages);
    if (!algorithm.updates().isOnPolicy()) {
      boolean all = requirements.lookAhead().applies(true);
      updates.forEach(u -> scoreOld(batch, all ? u.scored() : active(u)));
    }
    MetricAccumulator totals = new MetricAccumulator();
    boolean moved = false;
    for (int epoch = 0; epoch < algorithm.updates().innerEpochs(); epoch++) {
      for (Update update : updates) {
        move(step, lookAhead(update, moved), totals, metrics);
        moved = true;
      }
    }
    totals.put(metrics);
    return advantages;
  }

  /// Splits the groups into the parts of a pass.
  private List<Update> updates(Batch batch, float[][] advantages) {
    int groups = batch.samples().size() / batch.groupSize();
    int count = Math.min(algorithm.updates().miniBatches(), groups);
    List<Update> updates = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = i * groups / count * batch.groupSize();
      int to = (i + 1) * groups / count * batch.groupSize();
      int[] members = IntStream.range(from, to).toArray();
      Update.Counts counts =
          new Update.Counts(
              members.length,
              Arrays.stream(members).map(batch::tokens).sum(),
              (double) batch.tokens() / count,
              batch.maxTokens());
      boolean onPolicy = algorithm.updates().isOnPolicy();
      updates.add(new Update(batch, members, advantages, counts, onPolicy, Map.of()));
    }
    return updates;
  }

  private Update lookAhead(Update update, boolean moved) {
    int[] scored = update.scored();
    if (scored.length == 0 || !requirements.lookAhead().applies(moved)) {
      return update;
    }
    Map<Integer, Policy.Scores> ahead = new HashMap<>();
    if (moved || !update.batch().hasOld(scored[0])) {
      score(policy, update.batch(), scored, (s, i) -> ahead.put(i, s));
    }
    return update.with(ahead);
  }

  /// Makes one update.
  private void move(int step, Update update, MetricAccumulator totals, Metrics metrics) {
    objective.learn(step, update, totals);
    if (step < requirements.frozenSteps()) {
      learner.dropGradients();
      totals.add("loss", 0, 1); // which is what a policy that stays as it is adds
      return;
    }
    int[] active = active(update);
    double sum = 0;
    for (int[] members : update.batch().split(active, perDevice())) {
      PolicyLoss loss = objective.loss(update, members, totals);
      List<TokenSequence> sequences = update.batch().sequences(members);
      Policy.Scores scores =
          policy.backward(Policy.Micro.of(sequences, active.length, learner.nextPass()), loss);
      loss.measure(scores, totals);
      sum += scores.loss();
      compare(scores.logProbs(), update.batch(), members, totals);
    }
    totals.add("loss", sum, 1);
    totals.add("grad_norm", learner.update(step, config.steps(), metrics), 1);
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
      float[] logProbs, Batch batch, int[] micro, MetricAccumulator totals) {
    float[] sampler = Batch.pack(micro, i -> batch.samples().get(i).sampler());
    double sum = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double d = Math.abs(logProbs[i] - sampler[i]);
      sum += d;
      totals.max("sampling/sampling_logp_difference/max", d);
    }
    totals.add("sampling/sampling_logp_difference/mean", sum, logProbs.length);
  }

  private void scoreOld(Batch batch, int[] which) {
    int[] missing = Arrays.stream(which).filter(i -> !batch.hasOld(i)).toArray();
    score(policy, batch, missing, (s, i) -> batch.setOld(i, s));
  }

  private void scoreReference(Batch batch, int[] which) {
    if (reference == null) {
      throw new IllegalStateException("there is no reference model");
    }
    score(reference, batch, which, (s, i) -> batch.setReference(i, s.logProbs()));
  }

  /// Scores completions, and hands each its own part.
  private void score(Policy by, Batch batch, int[] which, ObjIntConsumer<Policy.Scores> found) {
    for (int[] micro : batch.split(which, perDevice())) {
      Policy.Scores all = by.score(batch.sequences(micro));
      int at = 0;
      for (int i : micro) {
        int end = at + batch.tokens(i);
        found.accept(
            new Policy.Scores(
                Arrays.copyOfRange(all.logProbs(), at, end),
                Arrays.copyOfRange(all.entropies(), at, end),
                Arrays.copyOfRange(all.best(), at, end),
                0),
            i);
        at = end;
      }
    }
  }

  private int perDevice() {
    return config.compute().tokensPerDevice();
  }
}
