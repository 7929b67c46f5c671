package dev.tesuji.env;

import java.util.List;

/// A task whose problems are all in memory, in two parts: to train on, and to evaluate on.
public interface SplitTask extends Task {
  /// Returns the problems.
  ProblemSplit split();

  @Override
  default long size() {
    return split().training().size();
  }

  @Override
  default Problem problem(long index) {
    return split().training().get(Math.toIntExact(index));
  }

  @Override
  default List<Problem> heldOut(int count) {
    List<Problem> all = split().heldOut();
    return all.subList(0, Math.min(count, all.size()));
  }

  @Override
  default List<Problem> leftOut() {
    return split().leftOut();
  }
}
