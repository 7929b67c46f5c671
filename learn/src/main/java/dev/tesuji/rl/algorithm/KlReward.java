package dev.tesuji.rl.algorithm;

import dev.tesuji.policy.KlEstimator;

/// The KL term as part of the reward ([Ouyang et al., 2022](https://arxiv.org/abs/2203.02155), Eq.
/// 2): pure functions of numbers.
public final class KlReward {
  private KlReward() {}

  /// Returns the reward of each token of a completion of a batch; without a coefficient there need
  /// be no reference.
  ///
  /// @param i its number in the batch
  /// @param reward of the completion
  /// @param coefficient β
  public static double[] perToken(
      Batch batch, int i, double reward, double coefficient, KlEstimator estimator) {
    return coefficient == 0
        ? atTheEnd(reward, batch.tokens(i))
        : perToken(reward, batch.old(i), batch.reference(i), coefficient, estimator);
  }

  /// Returns the reward of each token: -β KL_t, and the completion's own on its last.
  ///
  /// @param reward of the completion
  /// @param logProbs log π_old, `[T]`
  /// @param reference log π_ref, `[T]`
  /// @param coefficient β
  public static double[] perToken(
      double reward,
      float[] logProbs,
      float[] reference,
      double coefficient,
      KlEstimator estimator) {
    double[] rewards = new double[logProbs.length];
    for (int t = 0; t < rewards.length; t++) {
      rewards[t] = -coefficient * estimator.of(logProbs[t], reference[t]);
    }
    rewards[rewards.length - 1] += reward;
    return rewards;
  }

  /// Returns a reward at the end and 0 before it.
  ///
  /// @param tokens T
  public static double[] atTheEnd(double reward, int tokens) {
    double[] rewards = new double[tokens];
    rewards[tokens - 1] = reward;
    return rewards;
  }

  /// Returns Σ_{s ≥ t} γ^(s-t) r_s for each t.
  public static float[] returns(double[] rewards, double gamma) {
    float[] returns = new float[rewards.length];
    double running = 0;
    for (int t = rewards.length - 1; t >= 0; t--) {
      running = rewards[t] + gamma * running;
      returns[t] = (float) running;
    }
    return returns;
  }
}
