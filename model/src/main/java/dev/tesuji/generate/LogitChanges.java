package dev.tesuji.generate;

import dev.tesuji.compute.choice.TokenMaths;
import dev.tesuji.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Applies a row's [Steering] to its logits.
final class LogitChanges {
  private LogitChanges() {}

  /// Changes the logits `[V]` of a row in place.
  static void apply(Row row, Tensor logits) {
    Steering steering = row.request().steering();
    add(logits, biases(row, steering));
    boolean early = row.length < steering.minNewTokens();
    TokenConstraint constraint = row.constraint;
    if (constraint != null) {
      int vocabulary = Math.toIntExact(logits.size(0));
      long[] allowed = new long[(vocabulary + Long.SIZE - 1) / Long.SIZE];
      if (constraint.mask(allowed)) {
        long kept = count(allowed);
        if (kept == 0) {
          throw new IllegalStateException("a constraint must allow at least one token, got none");
        }
        TokenMaths.on(logits.device()).keep(logits, allowed);
        // where nothing else may come, the end may
        early &= kept > ends(row).stream().filter(id -> isAllowed(allowed, id)).count();
      }
    }
    if (early) {
      ends(row).forEach(id -> logits.select(0, id).fill_(Sampler.DROPPED));
    }
  }

  private static Set<Integer> ends(Row row) {
    Limits limits = row.request().limits();
    Set<Integer> all = new HashSet<>(limits.endTokens());
    all.addAll(limits.stopTokens());
    return all;
  }

  private static long count(long[] allowed) {
    long count = 0;
    for (long word : allowed) {
      count += Long.bitCount(word);
    }
    return count;
  }

  private static boolean isAllowed(long[] allowed, int id) {
    return (allowed[id / Long.SIZE] >>> id & 1) != 0;
  }

  private static Map<Integer, Double> biases(Row row, Steering steering) {
    Map<Integer, Double> all = new HashMap<>(steering.logitBias());
    double frequency = steering.frequencyPenalty();
    if (frequency != 0 || steering.presencePenalty() != 0) {
      Map<Integer, Integer> counts = new HashMap<>();
      for (int i = 0; i < row.length; i++) {
        counts.merge(row.tokens[i], 1, Integer::sum);
      }
      counts.forEach((token, count) ->
          all.merge(token, -(frequency * count + steering.presencePenalty()), Double::sum));
    }
    return all;
  }

  private static void add(Tensor logits, Map<Integer, Double> biases) {
    if (biases.isEmpty()) {
      return;
    }
    int[] ids = new int[biases.size()];
    float[] values = new float[ids.length];
    int n = 0;
    for (Map.Entry<Integer, Double> bias : biases.entrySet()) {
      ids[n] = bias.getKey();
      values[n++] = bias.getValue().floatValue();
    }
    Tensor index = Tensor.of(ids).to(logits.device());
    logits.indexAdd_(0, index, Tensor.of(values).to(logits.device()));
  }
}
