package dev.tesuji.active;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A quick model of what people prefer, and of how sure that is.
///
/// The same comparisons in the same order give the same model. Not safe for use by several threads.
public final class Preferences {
  private final Map<String, int[][]> features = new HashMap<>(); // of each answer, by item
  private Posterior posterior = Posterior.of(List.of());

  /// Makes a model that knows nothing.
  public Preferences() {}

  private int[][] features(Candidate of) {
    return features.computeIfAbsent(
        of.id(),
        _ ->
            of.answers().stream()
                .map(answer -> Features.of(of.prompt(), answer))
                .toArray(int[][]::new));
  }

  private int[] difference(Candidate of, int better, int worse) {
    int[][] answers = features(of);
    return Features.difference(answers[better], answers[worse]);
  }

  /// Forgets what it knew, and learns from comparisons.
  public void learn(List<Comparison> comparisons) {
    posterior =
        Posterior.of(
            comparisons.stream()
                .map(c -> difference(c.candidate(), c.better(), c.worse()))
                .toList());
  }

  /// Returns the logarithm of the odds that one answer is better than another.
  public double logit(Candidate of, int one, int other) {
    return posterior.logit(difference(of, one, other));
  }

  /// Returns how many bits an order of an item's answers would tell, as the sum over its pairs.
  public double worth(Candidate of) {
    double sum = 0;
    for (int a = 0; a < of.answers().size(); a++) {
      for (int b = 0; b < a; b++) {
        sum += posterior.disagreement(difference(of, a, b));
      }
    }
    return sum;
  }

  /// Counts an item as one whose order will be known, as is one that is before somebody.
  public void expect(Candidate of) {
    for (int a = 0; a < of.answers().size(); a++) {
      for (int b = 0; b < a; b++) {
        posterior.expect(difference(of, a, b));
      }
    }
  }
}
