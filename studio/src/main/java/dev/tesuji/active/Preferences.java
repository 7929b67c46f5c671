package dev.tesuji.active;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A quick model of what people prefer, and of how sure that is.
///
/// The same comparisons in the same order give the same model. Not safe for use by several threads.
public final class Preferences {
  private final Map<String, int[][]> features = new HashMap<>(); // of each answer, by item
  private final double[] pool = new double[Features.SIZE];
  private Posterior posterior = Posterior.of(List.of());

  /// Makes a model that knows nothing.
  public Preferences() {}

  /// Says which items will be compared: it is their answers that should be told apart.
  public void aim(List<Candidate> candidates) {
    Arrays.fill(pool, 0);
    candidates.forEach(candidate -> pairs(candidate, this::count));
  }

  private void count(int[] difference) {
    for (int signed : difference) {
      pool[Features.placeOf(signed)] += 1.0 / difference.length;
    }
  }

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

  /// Returns how much an order of an item's answers would narrow what is predicted of the items
  /// that were aimed at.
  public double worth(Candidate of) {
    double[] sum = {0};
    pairs(of, difference -> sum[0] += posterior.worth(difference, pool));
    return sum[0];
  }

  /// Counts an item as one whose order will be known, as is one that is before somebody.
  public void expect(Candidate of) {
    pairs(of, posterior::expect);
  }

  private void pairs(Candidate of, Consumer<int[]> action) {
    int[][] answers = features(of);
    for (int a = 0; a < answers.length; a++) {
      for (int b = 0; b < a; b++) {
        action.accept(Features.difference(answers[a], answers[b]));
      }
    }
  }
}
