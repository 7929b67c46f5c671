package dev.tesuji.tools;

import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.text.CompletionText;
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
public interface ToolTask extends Task {
  /// Returns the descriptions of the tools, in OpenAI's schema: objects with `type` and `function`.
  List<ObjectNode> tools();

  /// Opens the tools for an episode.
  Toolbox open(Problem problem);

  /// Returns what an episode may take.
  default ToolLimits limits() {
    return ToolLimits.DEFAULT;
  }

  @Override
  default int turns() {
    return limits().turns();
  }

  @Override
  default List<String> turnEnds() {
    return List.of(ToolEpisode.CALL_END);
  }

  @Override
  default Episode reset(Problem problem, CompletionText text) {
    return new ToolEpisode(this, open(problem), problem, text);
  }
}
