package dev.tesuji.env;

import dev.tesuji.answer.Verdict;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A task whose turns are moves in answer tags, and whose problems are drawn: each is a function of
/// its number alone. The world writes the outcome, and not the policy.
public interface PlayedTask extends DialogueTask, DrawnTask {
  /// The outcome of what was won.
  String WON = "won";

  /// The outcome of what was lost, or not finished.
  String LOST = "lost";

  @Override
  default List<String> turnEnds() {
    return List.of("</answer>");
  }

  @Override
  default String framed(ObjectNode message) {
    return "\n" + message.path("content").asString("") + "\n";
  }

  @Override
  default String extract(String response) {
    return response;
  }

  @Override
  default Verdict grade(Problem problem, String response) {
    return response.equals(problem.answer()) ? Verdict.CORRECT : Verdict.WRONG;
  }

  @Override
  default String goldResponse(Problem problem) {
    return problem.answer();
  }
}
