package dev.tesuji.active;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The weights of a Bradley-Terry model as far as comparisons tell them: a normal distribution with
/// a diagonal precision.
///
/// A difference is a list of places, as [Features#difference] makes it; its length is scaled to 1,
/// so that long answers are no surer than short ones.
final class Posterior {
  private static final double PRIOR = 1; // precision of each weight before anything is known
  private static final int SWEEPS = 25;
  private static final int STEPS = 12; // of Newton's method, for one coordinate
  private static final double EDGE = 1e-9;

  private final double[] weights = new double[Features.SIZE];
  private final double[] precision = new double[Features.SIZE];

  private Posterior() {
    Arrays.fill(precision, PRIOR);
  }

  /// Fits comparisons, each the difference of the better answer from the worse.
  static Posterior of(List<int[]> comparisons) {
    Posterior posterior = new Posterior();
    List<int[]> all = new ArrayList<>(comparisons);
    all.removeIf(d -> d.length == 0);
    double[] dual = new double[all.size()];
    Arrays.fill(dual, EDGE);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int i = 0; i < dual.length; i++) {
        double next = ascend(dual[i], posterior.logit(all.get(i)));
        posterior.move(all.get(i), (next - dual[i]) / PRIOR);
        dual[i] = next;
      }
    }
    all.forEach(posterior::expect);
    return posterior;
  }

  /// Returns the dual variable a at which log((1 - a) / a) is the logit that a itself leads to: the
  /// gradient of the dual is 0 there. Differences have the length 1.
  private static double ascend(double before, double logit) {
    double low = EDGE;
    double high = 1 - EDGE;
    double a = Math.min(high, Math.max(low, 1 / (1 + Math.exp(logit))));
    for (int i = 0; i < STEPS; i++) {
      double f = Math.log((1 - a) / a) - logit - (a - before) / PRIOR;
      if (f > 0) {
        low = a;
      } else {
        high = a;
      }
      double newton = a - f / (-1 / (a * (1 - a)) - 1 / PRIOR);
      a = newton > low && newton < high ? newton : (low + high) / 2;
    }
    return a;
  }

  private void move(int[] difference, double by) {
    double scaled = by / Math.sqrt(difference.length);
    for (int signed : difference) {
      weights[Features.placeOf(signed)] += signed >= 0 ? scaled : -scaled;
    }
  }

  /// Returns the mean of a comparison's logit.
  double logit(int[] difference) {
    double sum = 0;
    for (int signed : difference) {
      double weight = weights[Features.placeOf(signed)];
      sum += signed >= 0 ? weight : -weight;
    }
    return difference.length == 0 ? 0 : sum / Math.sqrt(difference.length);
  }

  /// Returns the variance of a comparison's logit.
  double variance(int[] difference) {
    double sum = 0;
    for (int signed : difference) {
      sum += 1 / precision[Features.placeOf(signed)];
    }
    return difference.length == 0 ? 0 : sum / difference.length;
  }

  /// Makes the posterior as narrow as it will be once a comparison is known, whatever its outcome.
  void expect(int[] difference) {
    double p = 1 / (1 + Math.exp(-logit(difference)));
    double gain = p * (1 - p) / Math.max(1, difference.length);
    for (int signed : difference) {
      precision[Features.placeOf(signed)] += gain;
    }
  }

  /// Returns how much the outcome of a comparison would narrow what is predicted of others.
  ///
  /// @param pool of each feature, how often it tells answers apart that may be compared
  double worth(int[] difference, double[] pool) {
    double widened = Math.sqrt(1 + Math.PI * variance(difference) / 8);
    double p = 1 / (1 + Math.exp(-logit(difference) / widened));
    double gain = p * (1 - p) / Math.max(1, difference.length);
    double sum = 0;
    for (int signed : difference) {
      int place = Features.placeOf(signed);
      sum += pool[place] * (1 / precision[place] - 1 / (precision[place] + gain));
    }
    return sum;
  }
}
