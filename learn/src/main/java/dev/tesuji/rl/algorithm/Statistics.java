package dev.tesuji.rl.algorithm;

import java.util.Arrays;

/// Means and deviations of rewards and advantages: pure functions of numbers.
///
/// NaN stands for what is not known and counts in nothing.
public final class Statistics {
  private Statistics() {}

  /// Returns the mean of what is known; NaN of nothing. That of equal numbers is exactly theirs, so
  /// that none of them has an advantage by rounding.
  public static double mean(double[] values) {
    double[] known = known(values);
    return known.length > 0 && areEqual(known)
        ? known[0]
        : Arrays.stream(known).average().orElse(Double.NaN);
  }

  /// Returns the standard deviation with Bessel's correction over what is known; NaN for fewer than
  /// two numbers.
  public static double deviation(double[] values) {
    double[] known = known(values);
    double mean = mean(known);
    double square = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(square / (known.length - 1));
  }

  /// Returns whether all that is known is the same, so that nothing can be learned from comparing.
  public static boolean isFlat(double[] values) {
    double[] known = known(values);
    return known.length < 2 || areEqual(known);
  }

  /// Returns the mean of the other numbers of each one's group; NaN where none is known.
  ///
  /// @param values `[P*G]`, groups side by side
  public static double[] meanOfOthers(double[] values, int groupSize) {
    double[] out = new double[values.length];
    for (int start = 0; start < values.length; start += groupSize) {
      double[] known = known(Arrays.copyOfRange(values, start, start + groupSize));
      double mean = mean(known);
      for (int i = start; i < start + groupSize; i++) {
        double own = Double.isNaN(values[i]) ? 0 : (mean - values[i]) / (known.length - 1);
        out[i] = mean + own; // of n numbers: (n mean - value) / (n - 1)
      }
    }
    return out;
  }

  /// Returns each number's distance from the mean of the others of its group: the leave-one-out
  /// baseline of [RLOO](https://arxiv.org/abs/2402.14740). What is not known gets 0, and so does
  /// what has no others that are known.
  ///
  /// @param values `[P*G]`, groups side by side
  public static double[] leaveOneOut(double[] values, int groupSize) {
    double[] others = meanOfOthers(values, groupSize);
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      double distance = values[i] - others[i];
      out[i] = Double.isNaN(distance) ? 0 : distance;
    }
    return out;
  }

  /// Shifts all numbers to mean 0, unless asked not to, and scales them to variance 1, as TRL's PPO
  /// does: (x - mean) / √(s² + 1e-8), with s² Bessel-corrected over all of them. Fewer than two
  /// stay as they are.
  public static float[][] whiten(float[][] values, boolean shift) {
    double[] all = flat(values);
    if (all.length < 2) {
      return values;
    }
    double mean = mean(all);
    double scale = 1 / Math.sqrt(Math.pow(deviation(all), 2) + 1e-8);
    float[][] out = new float[values.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = new float[values[i].length];
      for (int t = 0; t < out[i].length; t++) {
        out[i][t] = (float) ((values[i][t] - mean) * scale + (shift ? 0 : mean));
      }
    }
    return out;
  }

  private static double[] flat(float[][] rows) {
    double[] all = new double[Arrays.stream(rows).mapToInt(r -> r.length).sum()];
    int at = 0;
    for (float[] row : rows) {
      for (float value : row) {
        all[at++] = value;
      }
    }
    return all;
  }

  private static boolean areEqual(double[] values) {
    return Arrays.stream(values).allMatch(v -> v == values[0]);
  }

  private static double[] known(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
  }
}
