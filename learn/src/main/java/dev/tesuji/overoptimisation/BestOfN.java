package dev.tesuji.overoptimisation;

import dev.tesuji.input.Require;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

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
  /// over all subsets of size n (the appendix on best-of-n of [Nakano et
  /// al.](https://arxiv.org/abs/2112.09332)).
  ///
  /// With the responses in ascending order of the proxy, number i (from 1) is the best of `C(i-1,
  /// n-1)` of the `C(N, n)` subsets. Among responses with the same score each is as likely to be
  /// taken.
  ///
  /// @param proxy the proxy's scores of N responses to one prompt
  /// @param values what each is worth
  /// @param n from 1 to N
  public static double expected(double[] proxy, double[] values, int n) {
    int size = proxy.length;
    Require.that(values.length == size, "values", "as many as scores, " + size, values.length);
    Require.that(n >= 1 && n <= size, "n", "from 1 to the " + size + " responses", n);
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> proxy[i]))
            .mapToInt(i -> i)
            .toArray();
    double expected = 0;
    double share = (double) n / size; // C(i-1, n-1) / C(N, n) for i = N
    int end = size;
    while (end > 0) {
      int start = end - 1;
      while (start > 0 && proxy[order[start - 1]] == proxy[order[end - 1]]) {
        start--;
      }
      double shares = 0;
      for (int i = end; i > start; i--) {
        shares += share;
        share *= i == 1 ? 0 : (double) (i - n) / (i - 1); // of i - 1
      }
      expected +=
          shares * Arrays.stream(order, start, end).mapToDouble(i -> values[i]).average().orElse(0);
      end = start;
    }
    return expected;
  }
}
