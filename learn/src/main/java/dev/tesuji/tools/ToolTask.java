package dev.tesuji.tools;

import dev.tesuji.env.Dialogue;
import dev.tesuji.env.DialogueTask;
import dev.tesuji.env.Problem;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A task whose policy may use tools before it answers.
///
/// A call is written as Hermes and Qwen write it, and ends the policy's turn; the result is read,
/// and the next turn begins:
///
/// ```
/// <tool_call>{"name": "calculator", "arguments": {"expression": "37*48"}}</tool_call>
/// <tool_response>1776</tool_response>
/// ```
///
/// A turn without a call is the last one, and is the response that is graded.
public interface ToolTask extends DialogueTask {
  /// Returns the descriptions of the tools, in OpenAI's schema: objects with `type` and `function`.
  @Override
  List<ObjectNode> tools();

  /// Opens the tools for an episode.
  Toolbox toolbox(Problem problem);

  /// Returns what an episode may take.
  default ToolLimits limits() {
    return ToolLimits.DEFAULT;
  }

  @Override
  default int turns() {
    return limits().turns();
  }

  @Override
  default Duration patience() {
    return limits().all();
  }

  @Override
  default List<String> turnEnds() {
    return List.of(ToolDialogue.CALL_END);
  }

  @Override
  default Dialogue open(Problem problem) {
    return new ToolDialogue(this, toolbox(problem), problem);
  }

  @Override
  default String framed(ObjectNode message) {
    return ToolDialogue.RESULT + message.path("content").asString("") + ToolDialogue.RESULT_END;
  }
}
