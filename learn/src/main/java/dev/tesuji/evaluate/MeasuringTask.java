package dev.tesuji.evaluate;

import dev.tesuji.env.Task;
import dev.tesuji.reward.Graded;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A task that measures more of responses than whether they are right.
public interface MeasuringTask extends Task {
  /// Measures responses to held-out problems; metrics begin with `eval/`.
  ///
  /// @param byProblem the responses to each problem, equally many
  ObjectNode measure(List<List<Graded>> byProblem);

  /// Adds what a task measures to an evaluation, under the task's name; nothing where it measures
  /// nothing.
  static void addTo(ObjectNode evaluation, Task task, List<List<Graded>> byProblem) {
    if (task instanceof MeasuringTask measuring) {
      evaluation.set(task.name(), measuring.measure(byProblem));
    }
  }
}
