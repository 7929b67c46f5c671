package dev.tesuji.environments;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// Finds the passages that go best with some words, by
/// [BM25](https://www.staff.city.ac.uk/~sbrp622/papers/foundations_bm25_review.pdf):
///
/// ```
/// score(d, q) = Σ_t idf(t) * f(t, d) (k1 + 1) / (f(t, d) + k1 (1 - b + b |d| / mean |d|))
/// idf(t)      = ln(1 + (N - n(t) + 1/2) / (n(t) + 1/2))
/// ```
///
/// with f(t, d) how often t stands in d, n(t) in how many of the N passages it stands.
final class Bm25 {
  private static final double K1 = 1.2;
  private static final double B = 0.75;

  private final List<Map<String, Integer>> counts;
  private final int[] lengths;
  private final Map<String, Integer> having = new HashMap<>();
  private final double meanLength;

  Bm25(List<String> passages) {
    counts = passages.stream().map(Bm25::counted).toList();
    lengths = counts.stream().mapToInt(c -> c.values().stream().mapToInt(n -> n).sum()).toArray();
    counts.forEach(c -> c.keySet().forEach(t -> having.merge(t, 1, Integer::sum)));
    meanLength = IntStream.of(lengths).average().orElse(1);
  }

  private static Map<String, Integer> counted(String text) {
    Map<String, Integer> counts = new HashMap<>();
    for (String term : terms(text)) {
      counts.merge(term, 1, Integer::sum);
    }
    return counts;
  }

  private static List<String> terms(String text) {
    return List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)).stream()
        .filter(t -> !t.isEmpty())
        .toList();
  }

  double score(int passage, String query) {
    double sum = 0;
    for (String term : terms(query)) {
      int often = counts.get(passage).getOrDefault(term, 0);
      if (often > 0) {
        int n = having.getOrDefault(term, 0);
        double idf = Math.log(1 + (counts.size() - n + 0.5) / (n + 0.5));
        double length = 1 - B + B * lengths[passage] / meanLength;
        sum += idf * often * (K1 + 1) / (often + K1 * length);
      }
    }
    return sum;
  }

  /// Returns the numbers of the best passages, the best first; none that has no word of the query.
  List<Integer> best(String query, int count) {
    double[] scores = IntStream.range(0, counts.size()).mapToDouble(i -> score(i, query)).toArray();
    return IntStream.range(0, scores.length)
        .filter(i -> scores[i] > 0)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
        .limit(count)
        .toList();
  }
}
