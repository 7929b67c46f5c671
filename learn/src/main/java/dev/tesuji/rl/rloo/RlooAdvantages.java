package dev.tesuji.rl.rloo;

import dev.tesuji.rl.algorithm.Statistics;
import java.util.Arrays;

/// The advantages of RLOO: pure functions of numbers.
///
/// A reward of NaN means that nothing is known of that completion: it counts in no baseline and
/// gets advantage 0.
public final class RlooAdvantages {
  private static final double EPSILON = 1e-4; // added to the standard deviation, as TRL does

  private RlooAdvantages() {}

  /// Returns the rewards that are compared: clipped, and less what the KL of the completion costs.
  ///
  /// @param rewards `[P*G]`
  /// @param costs β times the KL of each completion, `[P*G]`; 0 where it is not held by its reward
  /// @param limit rewards are clipped to this size; 0 for no limit
  public static double[] shaped(double[] rewards, double[] costs, double limit) {
    double[] out = rewards.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = limit > 0 ? Math.clamp(out[i], -limit, limit) : out[i];
      out[i] -= costs[i];
    }
    return out;
  }

  /// Returns A_i = r_i - mean of the other rewards of its group as in
  /// [RLOO](https://arxiv.org/abs/2402.14740).
  ///
  /// @param rewards `[P*G]`, groups side by side
  /// @param normalize whether to scale them over the batch
  public static double[] of(double[] rewards, int groupSize, boolean normalize) {
    double[] advantages = Statistics.leaveOneOut(rewards, groupSize);
    if (!normalize) {
      return advantages;
    }
    double[] known = advantages.clone();
    for (int i = 0; i < known.length; i++) {
      known[i] = Double.isNaN(rewards[i]) ? Double.NaN : known[i];
    }
    double mean = Statistics.mean(known);
    double scale = Statistics.deviation(known) + EPSILON;
    return Arrays.stream(known).map(a -> Double.isNaN(a) ? 0 : (a - mean) / scale).toArray();
  }
}
