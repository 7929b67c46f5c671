package dev.tesuji.mcp;

import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.env.WrappedTask;
import dev.tesuji.tools.ToolLimits;
import dev.tesuji.tools.ToolTask;
import dev.tesuji.tools.Toolbox;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A task whose policy may use the tools of a server before it answers.
///
/// @param inner the problems, and how their answers are graded
/// @param server has the tools
/// @param answers the most that the server may take
/// @param tools their descriptions
/// @param limits what an episode may take
public record McpTask(
    Task inner,
    McpServer server,
    McpServer.Limits answers,
    List<ObjectNode> tools,
    ToolLimits limits)
    implements ToolTask, WrappedTask {
  /// Makes a task with the tools that a server has now.
  ///
  /// @throws dev.tesuji.check.BadInput when it does not say
  public static McpTask of(
      Task inner, McpServer server, McpServer.Limits answers, ToolLimits limits) {
    return new McpTask(inner, server, answers, McpTools.descriptions(server, answers), limits);
  }

  @Override
  public Toolbox toolbox(Problem problem) {
    return new McpTools(server, answers);
  }

  @Override
  public String response(String completion) {
    return inner.response(completion);
  }
}
