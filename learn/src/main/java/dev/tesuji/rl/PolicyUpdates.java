package dev.tesuji.rl;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.Algorithm;
import dev.tesuji.rl.algorithm.Batch;
import dev.tesuji.rl.algorithm.Means;
import dev.tesuji.rl.algorithm.Objective;
import dev.tesuji.rl.algorithm.PolicyLoss;
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
  private final Objective objective;
  private final Learner learner;
  private final @Nullable Policy reference;

  PolicyUpdates(RlConfig config, Objective objective, Learner learner, @Nullable Policy reference) {
    this.config = config;
    this.algorithm = config.algorithm();
    this.objective = objective;
    this.learner = learner;
    this.reference = reference;
  }

  /// Learns from a batch.
  ///
  /// @return the advantages, per scored token of each completion
  float[][] run(int step, Batch batch, Metrics metrics) {
    metrics.put("clip_range/low", algorithm.clipLow());
    metrics.put("clip_range/high", algorithm.clipHigh());
    if (batch.tokens() == 0) {
      learner.dropGradients();
      return new float[batch.samples().size()][0];
    }
    if (algorithm.needsOldLogProbs()) {
      scoreOld(batch, batch.scored());
    }
    if (algorithm.needsReference()) {
      scoreReference(batch, batch.scored());
    }
    float[][] advantages = objective.advantages(step, batch, metrics);
    List<Update> updates = updates(batch, advantages);
    if (!algorithm.isOnPolicy()) {
      updates.forEach(u -> scoreOld(batch, objective.looksAhead(true) ? u.scored() : active(u)));
    }
    Means means = new Means();
    boolean moved = false;
    for (int epoch = 0; epoch < algorithm.innerEpochs(); epoch++) {
      for (Update update : updates) {
        run(step, lookAhead(update, moved), means, metrics);
        moved = true;
      }
    }
    means.put(metrics);
    return advantages;
  }

  /// Splits the groups into the parts of a pass.
  private List<Update> updates(Batch batch, float[][] advantages) {
    int groups = batch.samples().size() / batch.groupSize();
    int count = Math.min(algorithm.miniBatches(), groups);
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
      updates.add(new Update(batch, members, advantages, counts, algorithm.isOnPolicy(), Map.of()));
    }
    return updates;
  }

  private Update lookAhead(Update update, boolean moved) {
    int[] scored = update.scored();
    if (scored.length == 0 || !objective.looksAhead(moved)) {
      return update;
    }
    Map<Integer, Policy.Scores> ahead = new HashMap<>();
    if (moved || !update.batch().hasOld(scored[0])) {
      score(learner.policy(), update.batch(), scored, (s, i) -> ahead.put(i, s));
    }
    return update.with(ahead);
  }

  private void run(int step, Update update, Means means, Metrics metrics) {
    objective.learn(step, update, means);
    if (!objective.movesPolicy(step)) {
      learner.dropGradients();
      return;
    }
    int[] active = active(update);
    double loss = 0;
    for (int[] micro : update.batch().split(active, perDevice())) {
      PolicyLoss micros = objective.loss(update, micro, means);
      List<TokenSequence> sequences = update.batch().sequences(micro);
      Policy.Scores scores = learner.backward(sequences, active.length, micros);
      micros.measure(scores, means);
      loss += scores.loss();
      compare(scores.logProbs(), update.batch(), micro, means);
    }
    means.add("loss", loss, 1);
    means.add("grad_norm", learner.update(step, config.steps(), metrics), 1);
  }

  /// Returns the completions that have a gradient; the others count in the denominators all the
  /// same.
  private int[] active(Update update) {
    return Arrays.stream(update.scored())
        .filter(i -> objective.everyTokenCounts() || anyNonZero(update.advantages()[i]))
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

  private static void compare(float[] logProbs, Batch batch, int[] micro, Means means) {
    float[] sampler = Batch.pack(micro, i -> batch.samples().get(i).sampler());
    double sum = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double d = Math.abs(logProbs[i] - sampler[i]);
      sum += d;
      means.max("sampling/sampling_logp_difference/max", d);
    }
    means.add("sampling/sampling_logp_difference/mean", sum, logProbs.length);
  }

  private void scoreOld(Batch batch, int[] which) {
    int[] missing = Arrays.stream(which).filter(i -> !batch.hasOld(i)).toArray();
    score(learner.policy(), batch, missing, (s, i) -> batch.setOld(i, s));
  }

  private void scoreReference(Batch batch, int[] which) {
    if (reference == null) {
      throw new IllegalStateException("there is no reference model");
    }
    score(reference, batch, which, (s, i) -> batch.setReference(i, s.logProbs()));
  }

  /// Scores completions, and hands each its own part.
  private void score(Policy policy, Batch batch, int[] which, ObjIntConsumer<Policy.Scores> found) {
    for (int[] micro : batch.split(which, perDevice())) {
      Policy.Scores all = policy.score(batch.sequences(micro));
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
