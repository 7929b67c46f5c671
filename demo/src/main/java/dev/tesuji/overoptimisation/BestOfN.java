package dev.tesuji.overoptimisation;

import dev.tesuji.check.Require;
import dev.tesuji.evaluate.Votes;

/// Best-of-n sampling: of n responses, take the one that the proxy scores highest.
public final class BestOfN {
  private BestOfN() {}

  /// Returns how far best-of-n is from the policy that it draws from, in nats: KL = log n - (n-1)/n
  /// (Section 2 of [Gao et al.](https://arxiv.org/abs/2210.10760)).
  ///
  /// @param n at least 1
  public static double kl(int n) {
    Require.atLeast(1, "n", n);
    return Math.log(n) - (n - 1.0) / n;
  }

  /// Estimates what the best of n responses is worth, from N of them and without bias: the mean
  /// over all subsets of size n ([Votes#bestOfK(double\[\], double\[\], int)]).
  ///
  /// @param proxy the proxy's scores of N responses to one prompt
  /// @param values what each is worth
  /// @param n from 1 to N
  public static double expected(double[] proxy, double[] values, int n) {
    int size = proxy.length;
    Require.that(values.length == size, "values", "as many as scores, " + size, values.length);
    Require.that(n >= 1 && n <= size, "n", "from 1 to the " + size + " responses", n);
    return Votes.bestOfK(proxy, values, n);
  }
}
