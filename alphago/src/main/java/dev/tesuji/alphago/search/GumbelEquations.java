package dev.tesuji.alphago.search;

import java.util.Arrays;

/// The equations of [Danihelka et al., 2022](https://openreview.net/forum?id=bERaNdoegnO), one
/// function each, over the legal actions of a state.
///
/// Values q and v are in [-1, 1]. N(a) are visits, π the prior, ℓ its logits.
public final class GumbelEquations {
  private GumbelEquations() {}

  /// Returns exp(ℓ_a) / Σ exp(ℓ_b).
  static double[] softmax(double[] logits) {
    double most = Arrays.stream(logits).max().orElse(0);
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - most);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /// Returns the visits that an action must have to be the next one to be visited, for each
  /// simulation: sequential halving of m actions, each round halving how many are left (Karnin et
  /// al., 2013; the paper's figure 1).
  ///
  /// With m = 4 and n = 8: four actions once, then the best two of them twice more: 0 0 0 0 1 1 2
  /// 2.
  ///
  /// @param m actions that are considered
  /// @param n simulations
  static int[] consideredVisits(int m, int n) {
    int[] sequence = new int[n];
    if (m <= 1) {
      Arrays.setAll(sequence, i -> i);
      return sequence;
    }
    int rounds = Integer.SIZE - Integer.numberOfLeadingZeros(m - 1); // ⌈log2 m⌉
    int left = m;
    int visits = 0;
    int at = 0;
    while (at < n) {
      int extra = Math.max(1, n / (rounds * left));
      for (int e = 0; e < extra; e++, visits++) {
        for (int i = 0; i < left && at < n; i++) {
          sequence[at++] = visits;
        }
      }
      left = Math.max(2, left / 2);
    }
    return sequence;
  }

  /// Returns the value that stands for actions without visits (Eq. 33):
  ///
  /// ```
  /// v_mix = (v + Σ_b N(b) · Σ_{a: N(a) > 0} π(a) q(a) / Σ_{b: N(b) > 0} π(b)) / (1 + Σ_b N(b))
  /// ```
  ///
  /// @param v the network's value of the state
  static double mixedValue(double v, double[] prior, double[] q, int[] visits) {
    double share = 0;
    double weighted = 0;
    int total = 0;
    for (int a = 0; a < visits.length; a++) {
      if (visits[a] > 0) {
        double p = Math.max(prior[a], Double.MIN_NORMAL);
        share += p;
        weighted += p * q[a];
        total += visits[a];
      }
    }
    return total == 0 ? v : (v + total * weighted / share) / (1 + total);
  }

  /// Returns σ(q) (Eq. 8) of the completed values (Eq. 10): those of actions without visits are
  /// [#mixedValue].
  ///
  /// ```
  /// σ(q) = (c_visit + max_b N(b)) c_scale q
  /// ```
  static double[] scaledValues(
      double v, double[] prior, double[] q, int[] visits, Gumbel.Settings settings) {
    double mixed = mixedValue(v, prior, q, visits);
    double scale =
        (settings.visitOffset() + Arrays.stream(visits).max().orElse(0)) * settings.valueScale();
    double[] scaled = new double[q.length];
    for (int a = 0; a < scaled.length; a++) {
      scaled[a] = scale * (visits[a] > 0 ? q[a] : mixed);
    }
    return scaled;
  }

  /// Returns the improved policy π' = softmax(ℓ + σ(completed q)) (Eq. 11).
  static double[] improvedPolicy(double[] logits, double[] scaledValues) {
    double[] sums = new double[logits.length];
    Arrays.setAll(sums, a -> logits[a] + scaledValues[a]);
    return softmax(sums);
  }

  /// Returns the action below the root (Eq. 14): argmax_a π'(a) - N(a) / (1 + Σ_b N(b)).
  static int choose(double[] improved, int[] visits) {
    int total = Arrays.stream(visits).sum();
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int a = 0; a < improved.length; a++) {
      double worth = improved[a] - visits[a] / (1.0 + total);
      if (worth > most) {
        most = worth;
        best = a;
      }
    }
    return best;
  }
}
