package dev.tesuji.rl.reinforce;

import dev.tesuji.rl.algorithm.Statistics;
import java.util.Arrays;

/// The advantages of REINFORCE++ and ReMax: pure functions of numbers.
public final class ReinforceAdvantages {
  private ReinforceAdvantages() {}

  /// Returns rewards less the mean of their groups in
  /// [REINFORCE++](https://arxiv.org/abs/2501.03262), before normalisation.
  ///
  /// @param rewards `[P*G]`, groups side by side, NaN where there is none
  /// @return 0 where there is none
  public static double[] lessGroupMean(double[] rewards, int groupSize) {
    double[] out = new double[rewards.length];
    for (int i = 0; i < out.length; i++) {
      int start = i / groupSize * groupSize;
      double mean = Statistics.mean(Arrays.copyOfRange(rewards, start, start + groupSize));
      out[i] = Double.isNaN(rewards[i]) ? 0 : rewards[i] - mean;
    }
    return out;
  }

  /// Returns rewards less that of the greedy completion of the same prompt in
  /// [ReMax](https://arxiv.org/abs/2310.10505).
  ///
  /// @param rewards `[P*G]`, groups side by side, NaN where there is none
  /// @param greedy `[P]`, NaN where there is none
  /// @return 0 where either is missing
  public static double[] lessGreedy(double[] rewards, double[] greedy) {
    int groupSize = rewards.length / greedy.length;
    double[] out = new double[rewards.length];
    for (int i = 0; i < out.length; i++) {
      double difference = rewards[i] - greedy[i / groupSize];
      out[i] = Double.isNaN(difference) ? 0 : difference;
    }
    return out;
  }
}
