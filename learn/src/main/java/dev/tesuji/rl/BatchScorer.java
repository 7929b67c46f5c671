package dev.tesuji.rl;

import dev.tesuji.policy.Policy;
import dev.tesuji.rl.algorithm.Batch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// Scores completions of a batch by the policy and by the reference, in parts that fit into memory.
///
/// @param policy the policy
/// @param reference the reference; null without one
/// @param tokensPerDevice how many tokens go through a model at once
record BatchScorer(Policy policy, @Nullable Reference reference, int tokensPerDevice) {
  /// Scores those that were not yet scored by the policy, which must be the one that drew them.
  void scoreOld(Batch batch, int[] which) {
    int[] missing = Arrays.stream(which).filter(i -> !batch.hasOld(i)).toArray();
    score(policy, batch, missing, (scores, i) -> batch.setOld(i, scores));
  }

  /// Scores by the reference.
  void scoreReference(Batch batch, int[] which) {
    if (reference == null) {
      throw new IllegalStateException("there is no reference model");
    }
    reference.score(by -> score(by, batch, which, (s, i) -> batch.setReference(i, s.logProbs())));
  }

  /// Scores by the policy as it is now.
  Map<Integer, Policy.Scores> now(Batch batch, int[] which) {
    Map<Integer, Policy.Scores> found = new HashMap<>();
    score(policy, batch, which, (scores, i) -> found.put(i, scores));
    return found;
  }

  /// Scores completions, and hands each its own part.
  private void score(Policy by, Batch batch, int[] which, ObjIntConsumer<Policy.Scores> found) {
    for (int[] micro : batch.split(which, tokensPerDevice)) {
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
}
