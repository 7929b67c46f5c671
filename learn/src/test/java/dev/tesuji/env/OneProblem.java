package dev.tesuji.env;

import java.util.List;

/// A task with one problem, whose text is its prompt and whose responses are answers as they stand.
public interface OneProblem extends Task {
  /// Returns the problem.
  Problem only();

  @Override
  default long size() {
    return 1;
  }

  @Override
  default Problem problem(long index) {
    return only();
  }

  @Override
  default List<Problem> heldOut(int count) {
    return List.of();
  }

  @Override
  default String prompt(Problem problem) {
    return problem.text();
  }

  @Override
  default String extract(String response) {
    return response;
  }
}
