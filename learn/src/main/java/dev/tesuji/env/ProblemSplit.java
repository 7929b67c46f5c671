package dev.tesuji.env;

import dev.tesuji.random.Rng;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The problems of a file in two: some to train on, and some to evaluate on. What is trained on
/// asks none of the others, in whatever dress ([Problem#key]): rows that repeat a problem are on
/// its side.
///
/// @param training to train on
/// @param heldOut to evaluate on
/// @param leftOut those that repeat one that is held out, and serve nothing
public record ProblemSplit(List<Problem> training, List<Problem> heldOut, List<Problem> leftOut) {
  private static final int HELD_OUT_SHARE = 10;

  /// Copies the lists.
  public ProblemSplit {
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
    leftOut = List.copyOf(leftOut);
  }

  /// Takes problems that are held out from others.
  public static ProblemSplit of(List<Problem> all, List<Problem> heldOut) {
    Set<String> keys = heldOut.stream().map(Problem::key).collect(Collectors.toSet());
    Set<Long> own = heldOut.stream().map(Problem::id).collect(Collectors.toSet());
    return new ProblemSplit(
        all.stream().filter(p -> !keys.contains(p.key())).toList(),
        heldOut,
        all.stream().filter(p -> keys.contains(p.key()) && !own.contains(p.id())).toList());
  }

  /// Holds out every tenth problem, in an order of chance; none of one problem alone.
  ///
  /// @param seed of the order
  public static ProblemSplit drawn(List<Problem> all, long seed) {
    Map<String, Problem> first = new LinkedHashMap<>();
    all.forEach(p -> first.putIfAbsent(p.key(), p));
    List<Problem> distinct = List.copyOf(first.values());
    if (distinct.size() == 1) { // trained on; whoever wants to evaluate is refused
      return of(all, List.of());
    }
    int[] order = Rng.permutation(distinct.size(), seed, 0);
    return of(
        all,
        IntStream.range(0, Math.max(1, distinct.size() / HELD_OUT_SHARE))
            .mapToObj(i -> distinct.get(order[i]))
            .toList());
  }
}
