package dev.tesuji.env;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;

/// A task whose problems are drawn, without an end: the problem at an index is a function of the
/// index alone.
public interface DrawnTask extends Task {
  /// Draws the problem at an index.
  ///
  /// @param heldOut whether it is one to evaluate on; no problem is on both sides
  Problem draw(long index, boolean heldOut);

  @Override
  default long size() {
    return Long.MAX_VALUE;
  }

  @Override
  default Problem problem(long index) {
    return draw(index, false);
  }

  @Override
  default List<Problem> heldOut(int count) {
    return LongStream.range(0, count).mapToObj(i -> draw(i, true)).toList();
  }

  /// Draws problems to evaluate on, no two alike: fewer than asked for, where there are no more.
  ///
  /// @param patience the most draws per problem, before there are no more
  /// @param key what problems that are alike have in common
  default List<Problem> distinctHeldOut(int count, int patience, Function<Problem, String> key) {
    List<Problem> problems = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    for (long i = 0; problems.size() < count && i < (long) patience * count; i++) {
      Problem problem = draw(i, true);
      if (keys.add(key.apply(problem))) {
        problems.add(problem);
      }
    }
    return problems;
  }
}
