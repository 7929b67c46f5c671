package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.Policy;
import java.util.Arrays;
import java.util.Map;

/// One update of the policy: the completions that it is made from and what its averages divide by,
/// which is fixed before its first micro-batch.
///
/// @param batch the completions of the step
/// @param members which of them the update is made from
/// @param advantages A, per scored token of each completion of the batch
/// @param counts what averages divide by
/// @param onPolicy whether every ratio is 1 because the policy is the one that drew the completions
/// @param ahead the policy's scores of the members before the update; empty unless asked for
public record Update(
    Batch batch,
    int[] members,
    float[][] advantages,
    Counts counts,
    boolean onPolicy,
    Map<Integer, Policy.Scores> ahead) {
  /// The denominators of the averages of an update.
  ///
  /// @param completions completions in the update, those without scored tokens too
  /// @param updateTokens scored tokens in the update
  /// @param batchTokens scored tokens in the whole batch of completions, divided by its updates
  /// @param maxTokens the length limit of a completion
  public record Counts(long completions, double updateTokens, double batchTokens, int maxTokens) {}

  /// Returns the members that have tokens in the loss.
  public int[] scored() {
    return Arrays.stream(members).filter(i -> batch.tokens(i) > 0).toArray();
  }

  /// Returns the advantages of some completions' scored tokens, end to end.
  public float[] advantages(int[] some) {
    return Batch.pack(some, i -> advantages[i]);
  }

  /// Returns log π_old of some completions' scored tokens, end to end; null where every ratio is 1.
  public float @org.jspecify.annotations.Nullable [] old(int[] some) {
    return onPolicy ? null : Batch.pack(some, batch::old);
  }

  /// Returns log π̄ - log s̄ of some completions' scored tokens, end to end, with s the geometric
  /// mean ([SequenceRatio]); null where every ratio is 1.
  public float @org.jspecify.annotations.Nullable [] oldOfSequences(int[] some) {
    return onPolicy
        ? null
        : Batch.pack(
            some,
            i -> {
              float[] now = now(i);
              return SequenceRatio.shifted(now, SequenceRatio.meanLog(now, batch.old(i)));
            });
  }

  /// Returns log π of a member's scored tokens as the policy is before the update.
  public float[] now(int member) {
    return scoresNow(member).logProbs();
  }

  /// Returns the scores of a member's tokens as the policy is before the update.
  public Policy.Scores scoresNow(int member) {
    Policy.Scores scores = ahead.get(member);
    return scores == null ? batch.oldScores(member) : scores;
  }

  /// Returns the same update with the policy's own scores.
  public Update with(Map<Integer, Policy.Scores> scores) {
    return new Update(batch, members, advantages, counts, onPolicy, scores);
  }
}
