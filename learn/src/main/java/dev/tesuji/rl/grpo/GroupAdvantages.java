package dev.tesuji.rl.grpo;

import static dev.tesuji.rl.algorithm.Statistics.deviation;
import static dev.tesuji.rl.algorithm.Statistics.mean;

import java.util.Arrays;

/// Advantages of completions relative to the others of their group: pure functions of numbers.
///
/// A reward of NaN means that nothing is known of that completion: it counts in no mean and gets
/// advantage 0.
public final class GroupAdvantages {
  private static final double EPSILON = 1e-4; // added to standard deviations, as TRL does

  private GroupAdvantages() {}

  /// Returns A_i = (r_i - mean of its group) / (σ + 1e-4), with σ as `scaling` says: Section 4.1.2
  /// of [GRPO](https://arxiv.org/abs/2402.03300), Eq. 3 of
  /// [DeepSeek-R1](https://arxiv.org/abs/2501.12948).
  ///
  /// @param rewards `[P*G]`, groups side by side
  /// @param groupSize G, at least 2
  public static double[] of(double[] rewards, int groupSize, Grpo.Scaling scaling) {
    requireGroups(rewards, groupSize);
    double batchDeviation = deviation(rewards);
    double[] advantages = new double[rewards.length];
    for (int start = 0; start < rewards.length; start += groupSize) {
      double[] group = Arrays.copyOfRange(rewards, start, start + groupSize);
      double mean = mean(group);
      double scale =
          switch (scaling) {
            case GROUP -> deviation(group) + EPSILON;
            case BATCH -> batchDeviation + EPSILON;
            case NONE -> 1;
          };
      for (int i = 0; i < groupSize; i++) {
        advantages[start + i] = finiteOrZero((group[i] - mean) / scale);
      }
    }
    return advantages;
  }

  /// Returns A_ik = (R_ik - mean_j R_jk) / (σ_k + 1e-4): turn k of a completion is compared with
  /// turn k of those others of its group that have one, by what it was worth and led to. A turn
  /// that no other completion has gets 0.
  ///
  /// @param returns R, what each turn led to, `[P*G][turns]`; NaN where nothing is known
  /// @param groupSize G, at least 2
  /// @param scaling σ over the group's k-th turns, over all turns of the batch, or no divisor
  public static double[][] ofTurns(double[][] returns, int groupSize, Grpo.Scaling scaling) {
    int most = Arrays.stream(returns).mapToInt(r -> r.length).max().orElse(0);
    double all = deviation(Arrays.stream(returns).flatMapToDouble(Arrays::stream).toArray());
    double[][] advantages = new double[returns.length][];
    for (int i = 0; i < returns.length; i++) {
      advantages[i] = new double[returns[i].length];
    }
    for (int turn = 0; turn < most; turn++) {
      int k = turn;
      double[] column =
          Arrays.stream(returns).mapToDouble(r -> k < r.length ? r[k] : Double.NaN).toArray();
      double[] scaled =
          of(column, groupSize, scaling == Grpo.Scaling.BATCH ? Grpo.Scaling.NONE : scaling);
      for (int i = 0; i < returns.length; i++) {
        if (k < returns[i].length) {
          advantages[i][k] =
              scaling == Grpo.Scaling.BATCH ? scaled[i] / (all + EPSILON) : scaled[i];
        }
      }
    }
    return advantages;
  }

  /// Scales each reward within its group first, adds them up weighted, and then scales the sums
  /// over the batch ([GDPO](https://arxiv.org/abs/2601.05242), TRL's `normalize_then_sum`).
  ///
  /// @param rewards `[P*G, parts]`
  /// @param weights one per part
  public static double[] normalizeThenSum(double[][] rewards, double[] weights, int groupSize) {
    double[] sums = sumOfNormalized(rewards, weights, groupSize);
    double mean = mean(sums);
    double scale = deviation(sums) + EPSILON;
    return Arrays.stream(sums).map(s -> finiteOrZero((s - mean) / scale)).toArray();
  }

  /// Returns the weighted sums of rewards that were scaled within their groups, part by part.
  ///
  /// @param rewards `[P*G, parts]`
  /// @param weights one per part
  static double[] sumOfNormalized(double[][] rewards, double[] weights, int groupSize) {
    double[] sums = new double[rewards.length];
    for (int part = 0; part < weights.length; part++) {
      int p = part;
      double[] column = Arrays.stream(rewards).mapToDouble(r -> r[p]).toArray();
      double[] scaled = of(column, groupSize, Grpo.Scaling.GROUP);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weights[part] * scaled[i];
      }
    }
    return sums;
  }

  /// Adds up the parts of each reward by their weights; parts that are NaN count nothing, and a
  /// reward all of whose parts are NaN is NaN.
  ///
  /// @param rewards `[P*G, parts]`
  public static double[] sum(double[][] rewards, double[] weights) {
    double[] sums = new double[rewards.length];
    for (int i = 0; i < sums.length; i++) {
      double sum = 0;
      boolean any = false;
      for (int part = 0; part < weights.length; part++) {
        if (!Double.isNaN(rewards[i][part])) {
          sum += weights[part] * rewards[i][part];
          any = true;
        }
      }
      sums[i] = any ? sum : Double.NaN;
    }
    return sums;
  }

  private static double finiteOrZero(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private static void requireGroups(double[] rewards, int groupSize) {
    if (groupSize < 2) {
      throw new IllegalArgumentException(
          "groupSize must be at least 2 (a group of one has no one to compare with), got "
              + groupSize);
    }
    if (rewards.length % groupSize != 0) {
      throw new IllegalArgumentException(
          "rewards must come in whole groups of " + groupSize + ", got " + rewards.length);
    }
  }
}
