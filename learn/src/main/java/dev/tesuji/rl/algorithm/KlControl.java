package dev.tesuji.rl.algorithm;

import dev.tesuji.train.Metrics;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The hold on the reference over a run: its coefficient in each step, and the terms that it adds
/// to rewards and losses.
///
/// The coefficient is constant, goes in a straight line, or follows the KL of completions ([Ziegler
/// et al., 2019](https://arxiv.org/abs/1909.08593), Section 2.2):
///
/// ```
/// e = clip(KL / target - 1, -0.2, 0.2)          β ← β (1 + 0.1 e)
/// ```
public final class KlControl {
  private static final String STATE = "kl_coefficient";

  private final KlPenalty penalty;
  private final int steps;
  private double adapted; // the coefficient of the next step, where it is adapted
  private double now; // of the step

  /// Prepares a run.
  ///
  /// @param steps how many steps it has
  public KlControl(KlPenalty penalty, int steps) {
    this.penalty = penalty;
    this.steps = steps;
    adapted = penalty.coefficient();
    now = adapted;
  }

  /// Returns the settings.
  public KlPenalty penalty() {
    return penalty;
  }

  /// Returns β in the step that was begun last.
  public double coefficient() {
    return now;
  }

  /// Begins a step: sets its coefficient, and measures the KL of the completions where the policy
  /// that drew them was scored.
  ///
  /// @param metrics takes `kl_coefficient` where there is a hold, and `objective/kl`
  public void begin(int step, Batch batch, Metrics metrics) {
    if (!penalty.isOn()) {
      return;
    }
    now = scheduled(step);
    metrics.put("kl_coefficient", now);
    double kl = measure(batch);
    metrics.put("objective/kl", kl);
    if (penalty.target() > 0 && Double.isFinite(kl)) {
      adapted = adapted(now, kl, penalty.target());
    }
  }

  private double scheduled(int step) {
    Double end = penalty.finalCoefficient();
    if (end == null) {
      return adapted;
    }
    double done = steps <= 1 ? 0 : Math.min(1, step / (steps - 1.0));
    return penalty.coefficient() + (end - penalty.coefficient()) * done;
  }

  /// Returns the mean over completions of log π_old - log π_ref summed over their tokens; NaN where
  /// it was not scored.
  private static double measure(Batch batch) {
    double sum = 0;
    int count = 0;
    for (int i : batch.scored()) {
      if (batch.hasOld(i) && batch.hasReference(i)) {
        sum += SequenceRatio.sumLog(batch.old(i), batch.reference(i));
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /// Returns the next coefficient of a hold that is to keep a target.
  public static double adapted(double coefficient, double kl, double target) {
    return coefficient * (1 + 0.1 * Math.clamp(kl / target - 1, -0.2, 0.2));
  }

  /// Returns the reward of each token of a completion: its own on the last, less β KL_t where the
  /// KL is in the reward.
  ///
  /// @param i its number in the batch
  public double[] perToken(Batch batch, int i, double reward) {
    double inReward = penalty.inReward() ? now : 0;
    return KlReward.perToken(batch, i, reward, inReward, penalty.estimator());
  }

  /// Returns β Σ_t KL_t of each completion where the KL is in the reward; 0 elsewhere, and for
  /// completions without tokens in the loss.
  public double[] perCompletion(Batch batch) {
    double[] costs = new double[batch.samples().size()];
    for (int i : penalty.inReward() ? batch.scored() : new int[0]) {
      costs[i] = now * penalty.estimator().sum(batch.old(i), batch.reference(i));
    }
    return costs;
  }

  /// Makes the term of a loss; null where the KL is not in the loss.
  ///
  /// @param weights of each scored token of the members, β in them
  /// @param corrected whether each token's estimate is multiplied with its ratio
  public PolicyLoss.@Nullable KlTerm term(
      Update update, int[] members, float[] weights, boolean corrected) {
    return penalty.inLoss()
        ? new PolicyLoss.KlTerm(
            penalty.estimator(), Batch.pack(members, update.batch()::reference), weights, corrected)
        : null;
  }

  /// Makes the term of a loss that is a mean over the tokens of an update; null where the KL is not
  /// in the loss.
  public PolicyLoss.@Nullable KlTerm tokenMean(Update update, int[] members) {
    return term(update, members, TokenMean.weights(update, members, now), false);
  }

  /// Adds its coefficient to the state of a checkpoint.
  public void putState(ObjectNode state) {
    state.put(STATE, adapted);
  }

  /// Takes up where a checkpoint left off.
  public void restore(JsonNode state) {
    adapted = state.path(STATE).asDouble(penalty.coefficient());
  }
}
