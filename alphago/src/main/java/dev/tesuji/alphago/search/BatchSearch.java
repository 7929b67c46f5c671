package dev.tesuji.alphago.search;

import dev.tesuji.play.GameState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Runs many searches side by side: each goes down its own tree, and what they reach is evaluated
/// in one batch.
///
/// Searches share nothing, so that what one finds depends on no other and on no number of cores.
public final class BatchSearch {
  private BatchSearch() {}

  /// Runs searches to their ends.
  public static void run(List<TreeSearch> searches, Evaluator evaluator) {
    List<TreeSearch> left = searches.stream().filter(s -> !s.done()).toList();
    while (!left.isEmpty()) {
      step(left, evaluator);
      left = left.stream().filter(s -> !s.done()).toList();
    }
  }

  /// Makes one descent in each search.
  static void step(List<TreeSearch> searches, Evaluator evaluator) {
    List<List<GameState>> reached =
        IntStream.range(0, searches.size())
            .parallel()
            .mapToObj(i -> searches.get(i).descend())
            .toList();
    List<GameState> all = new ArrayList<>();
    int[] starts = new int[searches.size() + 1];
    for (int i = 0; i < searches.size(); i++) {
      all.addAll(reached.get(i));
      starts[i + 1] = all.size();
    }
    List<Evaluation> evaluations = all.isEmpty() ? List.of() : evaluator.evaluate(all);
    IntStream.range(0, searches.size())
        .parallel()
        .forEach(i -> searches.get(i).backUp(evaluations.subList(starts[i], starts[i + 1])));
  }
}
