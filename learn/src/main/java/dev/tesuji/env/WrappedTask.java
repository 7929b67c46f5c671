package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import java.util.List;
import java.util.Map;

/// A task that poses the problems of another one in its own way, and grades them alike.
public interface WrappedTask extends Task {
  /// Returns the task whose problems these are.
  Task inner();

  @Override
  default String name() {
    return inner().name();
  }

  @Override
  default long size() {
    return inner().size();
  }

  @Override
  default Problem problem(long index) {
    return inner().problem(index);
  }

  @Override
  default List<Problem> heldOut(int count) {
    return inner().heldOut(count);
  }

  @Override
  default List<Problem> leftOut() {
    return inner().leftOut();
  }

  @Override
  default String prompt(Problem problem) {
    return inner().prompt(problem);
  }

  @Override
  default String extract(String response) {
    return inner().extract(response);
  }

  @Override
  default boolean same(Problem problem, String answer, String other) {
    return inner().same(problem, answer, other);
  }

  @Override
  default Verdict grade(Problem problem, String response) {
    return inner().grade(problem, response);
  }

  @Override
  default Map<String, Double> measures(Problem problem, String response) {
    return inner().measures(problem, response);
  }

  @Override
  default String goldResponse(Problem problem) {
    return inner().goldResponse(problem);
  }
}
