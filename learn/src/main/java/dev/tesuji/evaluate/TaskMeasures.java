package dev.tesuji.evaluate;

import dev.tesuji.env.Task;
import dev.tesuji.reward.Graded;
import dev.tesuji.reward.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The means of what a task counts in responses ([Task#measures]), and of their lengths, on each
/// task of a mixture.
public final class TaskMeasures {
  private static final String TASKS = "tasks";

  private TaskMeasures() {}

  /// Returns the means over responses of what the task counts in them, by name.
  public static Map<String, Double> means(Task task, List<Response> responses) {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Response response : responses) {
      task.measures(response.problem(), response.text())
          .forEach((name, value) -> sums.merge(name, value, Double::sum));
    }
    sums.replaceAll((_, sum) -> sum / responses.size());
    return sums;
  }

  /// Adds them to an evaluation: `eval/NAME` over all responses; of a mixture, under `tasks`, also
  /// `eval/response_length/TASK` and `eval/NAME/TASK`.
  ///
  /// @param byProblem the responses to each problem
  static void addTo(ObjectNode evaluation, Task task, List<List<Graded>> byProblem) {
    List<Response> all = new ArrayList<>();
    Map<String, List<Response>> byTask = new LinkedHashMap<>();
    for (List<Graded> graded : byProblem) {
      List<Response> responses = graded.stream().map(Graded::response).toList();
      all.addAll(responses);
      String name = responses.getFirst().problem().task();
      if (name != null) {
        byTask.computeIfAbsent(name, _ -> new ArrayList<>()).addAll(responses);
      }
    }
    means(task, all).forEach((name, mean) -> evaluation.put("eval/" + name, mean));
    if (byTask.isEmpty()) {
      return;
    }
    ObjectNode tasks = (ObjectNode) evaluation.path(TASKS);
    byTask.forEach((name, responses) -> {
      double length = responses.stream().mapToInt(Response::tokens).average().orElseThrow();
      tasks.put("eval/response_length/" + name, length);
      means(task, responses).forEach((what, mean) -> tasks.put("eval/" + what + "/" + name, mean));
    });
  }
}
