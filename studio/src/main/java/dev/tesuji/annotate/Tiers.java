package dev.tesuji.annotate;

import dev.tesuji.labels.Item;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Tiers of answers by their scores.
final class Tiers {
  private static final double STEP = 0.25; // of score, for one more step of a pair's margin
  private static final int WIDEST = 4; // the tier of the worse of a pair that is much worse

  private Tiers() {}

  /// Puts answers into tiers, 1 for the best.
  ///
  /// @param tie an answer ties with the best of its tier where it scores lower by no more than this
  static List<Integer> of(double[] scores, double tie) {
    int[] tiers = new int[scores.length];
    List<Integer> best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .toList();
    int tier = 0;
    double top = Double.POSITIVE_INFINITY;
    for (int answer : best) {
      if (top - scores[answer] > tie) {
        tier = Math.min(Item.MOST, tier + 1);
        top = scores[answer];
      }
      tiers[answer] = tier;
    }
    return IntStream.of(tiers).boxed().toList();
  }

  /// Puts two answers into tiers whose difference is the margin: 1 to 3, a step for each quarter of
  /// score.
  static List<Integer> ofPair(double first, double second, double tie) {
    double difference = Math.abs(first - second);
    int worse = difference <= tie ? 1 : Math.min(WIDEST, 2 + (int) Math.floor(difference / STEP));
    return first >= second ? List.of(1, worse) : List.of(worse, 1);
  }
}
