package dev.tesuji.evaluate;

import dev.tesuji.env.Task;
import dev.tesuji.env.TaskMixture;
import dev.tesuji.reward.Graded;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A task that measures more of responses than whether they are right.
public interface MeasuringTask extends Task {
  /// Measures responses to held-out problems; metrics begin with `eval/`.
  ///
  /// @param byProblem the responses to each problem, equally many
  ObjectNode measure(List<List<Graded>> byProblem);

  /// Adds what a task measures to an evaluation, under the task's name; of a mixture, what each of
  /// its tasks does, and accuracy, length and counts on each ([TaskAccuracies], [TaskMeasures]).
  static void addTo(ObjectNode evaluation, Task task, List<List<Graded>> byProblem) {
    TaskAccuracies.addTo(evaluation, byProblem);
    TaskMeasures.addTo(evaluation, task, byProblem);
    for (TaskMixture.Part part : TaskMixture.parts(task)) {
      List<List<Graded>> own = byProblem.stream().filter(g -> belongs(g, task, part)).toList();
      if (part.task() instanceof MeasuringTask measuring && !own.isEmpty()) {
        evaluation.set(part.name(), measuring.measure(own));
      }
    }
  }

  private static boolean belongs(List<Graded> responses, Task task, TaskMixture.Part part) {
    return !(task instanceof TaskMixture)
        || part.name().equals(responses.getFirst().response().problem().task());
  }
}
