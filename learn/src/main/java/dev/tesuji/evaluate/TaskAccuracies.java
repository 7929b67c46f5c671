package dev.tesuji.evaluate;

import dev.tesuji.reward.Graded;
import dev.tesuji.statistics.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The share of right answers on each task of a mixture.
public final class TaskAccuracies {
  private static final String PREFIX = "eval/accuracy/";

  private TaskAccuracies() {}

  /// Returns the accuracies by the names of the tasks; nothing where there is one task.
  ///
  /// @param byProblem the responses to each problem
  public static Map<String, Interval> of(List<List<Graded>> byProblem) {
    Map<String, List<Double>> shares = new LinkedHashMap<>();
    for (List<Graded> responses : byProblem) {
      String task = responses.getFirst().response().problem().task();
      if (task != null) {
        double right = responses.stream().filter(g -> g.verdict().isCorrect()).count();
        shares.computeIfAbsent(task, _ -> new ArrayList<>()).add(right / responses.size());
      }
    }
    Map<String, Interval> accuracies = new LinkedHashMap<>();
    shares.forEach((task, all) ->
        accuracies.put(task, Interval.of(all.stream().mapToDouble(d -> d).toArray())));
    return accuracies;
  }

  /// Returns the accuracies by the names of metrics, such as `eval/accuracy/gsm8k`.
  public static Map<String, Double> metrics(List<List<Graded>> byProblem) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    of(byProblem).forEach((task, accuracy) -> metrics.put(PREFIX + task, accuracy.mean()));
    return metrics;
  }

  /// Adds them to an evaluation, under `tasks`; nothing where there is one task.
  public static void addTo(ObjectNode evaluation, List<List<Graded>> byProblem) {
    Map<String, Interval> accuracies = of(byProblem);
    if (accuracies.isEmpty()) {
      return;
    }
    ObjectNode tasks = evaluation.putObject("tasks");
    accuracies.forEach((task, accuracy) -> {
      tasks.put(PREFIX + task, accuracy.mean());
      tasks.putArray(PREFIX + task + "_ci95").add(accuracy.low()).add(accuracy.high());
    });
  }
}
