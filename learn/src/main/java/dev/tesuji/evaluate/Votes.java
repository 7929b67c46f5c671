package dev.tesuji.evaluate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Estimates of what k samples achieve, from n >= k samples: pure functions of numbers.
public final class Votes {
  private Votes() {}

  /// Returns pass@k, the probability that at least one of k samples is right: 1 - C(n-c, k) / C(n,
  /// k), Eq. 1 of [Chen et al., 2021](https://arxiv.org/abs/2107.03374).
  ///
  /// @param n samples drawn
  /// @param c right ones among them
  public static double passAtK(int n, int c, int k) {
    require(n, k);
    if (n - c < k) {
      return 1;
    }
    double allWrong = 1;
    for (int i = n - c + 1; i <= n; i++) {
      allWrong *= 1 - (double) k / i;
    }
    return 1 - allWrong;
  }

  /// Returns maj@k, the expected accuracy of a majority vote among k of the n answers drawn without
  /// replacement; ties are split evenly.
  ///
  /// The expectation is exact: it sums over how often the gold answer is drawn and how many others
  /// tie with it.
  ///
  /// @param answers the n answers; null where a sample gave none, which never votes
  public static double majAtK(List<? extends @Nullable String> answers, String gold, int k) {
    int n = answers.size();
    require(n, k);
    Map<String, Integer> counts = new LinkedHashMap<>();
    int silent = 0;
    for (String answer : answers) {
      if (answer == null) {
        silent++;
      } else {
        counts.merge(answer, 1, Integer::sum);
      }
    }
    Integer right = counts.remove(gold);
    if (right == null) {
      return 0;
    }
    double expected = 0;
    for (int drawn = 1; drawn <= Math.min(right, k); drawn++) {
      double[][] ways = waysOfOthers(counts, silent, drawn, k - drawn);
      for (int ties = 0; ties < ways.length; ties++) {
        expected += binomial(right, drawn) * ways[ties][k - drawn] / (ties + 1);
      }
    }
    return expected / binomial(n, k);
  }

  /// Counts the ways to draw `others` answers that are not gold such that none is drawn more than
  /// `most` times, by how many are drawn exactly that often.
  ///
  /// @return `[ties][drawn]`
  private static double[][] waysOfOthers(
      Map<String, Integer> counts, int silent, int most, int others) {
    double[][] ways = new double[others / most + 1][others + 1];
    for (int s = 0; s <= Math.min(silent, others); s++) {
      ways[0][s] = binomial(silent, s);
    }
    for (int count : counts.values()) {
      double[][] next = new double[ways.length][others + 1];
      for (int ties = 0; ties < ways.length; ties++) {
        for (int drawn = 0; drawn <= others; drawn++) {
          for (int d = 0; d <= Math.min(count, most) && drawn + d <= others; d++) {
            int t = ties + (d == most ? 1 : 0);
            if (t < ways.length) {
              next[t][drawn + d] += ways[ties][drawn] * binomial(count, d);
            }
          }
        }
      }
      ways = next;
    }
    return ways;
  }

  /// Returns the expected accuracy of the best of k of the n samples, drawn without replacement, by
  /// their scores.
  ///
  /// @param scores what a reward says of each sample
  /// @param right whether each is right
  public static double bestOfK(double[] scores, boolean[] right, int k) {
    double[] values = new double[right.length];
    Arrays.setAll(values, i -> right[i] ? 1 : 0);
    return bestOfK(scores, values, k);
  }

  /// Returns what the best of k of the n samples, drawn without replacement, is expected to be
  /// worth; samples that tie for the best are as likely to be taken.
  ///
  /// The expectation is exact: with the samples in ascending order of their scores, number i (from
  /// 1) is the best of C(i-1, k-1) of the C(n, k) subsets (the appendix on best-of-n of [Nakano et
  ///    al., 2021](https://arxiv.org/abs/2112.09332)).
  ///
  /// @param scores what a reward says of each sample
  /// @param values what each is worth
  public static double bestOfK(double[] scores, double[] values, int k) {
    int n = scores.length;
    require(n, k);
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double expected = 0;
    double share = (double) k / n; // C(i-1, k-1) / C(n, k) for i = n
    int end = n;
    while (end > 0) {
      int start = end;
      double shares = 0;
      double worth = 0;
      do {
        shares += share;
        worth += values[order[start - 1]];
        share *= start == 1 ? 0 : (double) (start - k) / (start - 1); // of the one before
        start--;
      } while (start > 0 && scores[order[start - 1]] == scores[order[end - 1]]);
      expected += shares * worth / (end - start);
      end = start;
    }
    return expected;
  }

  /// Returns the answer that most samples gave, the first of several; null when none gave any.
  public static @Nullable String majority(List<? extends @Nullable String> answers) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    answers.stream().filter(Objects::nonNull).forEach(a -> counts.merge(a, 1, Integer::sum));
    String best = null;
    int most = 0;
    for (Map.Entry<String, Integer> e : counts.entrySet()) {
      if (e.getValue() > most) {
        best = e.getKey();
        most = e.getValue();
      }
    }
    return best;
  }

  static double binomial(int n, int k) {
    double b = 1;
    for (int i = 1; i <= k; i++) {
      b = b * (n - k + i) / i;
    }
    return b;
  }

  private static void require(int n, int k) {
    if (k < 1 || k > n) {
      throw new IllegalArgumentException(
          "k must be from 1 to the number of samples (" + n + "), got " + k);
    }
  }
}
