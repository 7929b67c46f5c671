package dev.tesuji.mcp;

import dev.tesuji.answer.Verdict;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Task;
import dev.tesuji.tools.ToolLimits;
import dev.tesuji.tools.ToolTask;
import dev.tesuji.tools.Toolbox;
import java.util.List;
import java.util.Map;
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
    implements ToolTask {
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
  public String name() {
    return inner.name();
  }

  @Override
  public long size() {
    return inner.size();
  }

  @Override
  public Problem problem(long index) {
    return inner.problem(index);
  }

  @Override
  public List<Problem> heldOut(int count) {
    return inner.heldOut(count);
  }

  @Override
  public List<Problem> leftOut() {
    return inner.leftOut();
  }

  @Override
  public String prompt(Problem problem) {
    return inner.prompt(problem);
  }

  @Override
  public String response(String completion) {
    return inner.response(completion);
  }

  @Override
  public String extract(String response) {
    return inner.extract(response);
  }

  @Override
  public boolean same(Problem problem, String answer, String other) {
    return inner.same(problem, answer, other);
  }

  @Override
  public Verdict grade(Problem problem, String response) {
    return inner.grade(problem, response);
  }

  @Override
  public Map<String, Double> measures(Problem problem, String response) {
    return inner.measures(problem, response);
  }

  @Override
  public String goldResponse(Problem problem) {
    return inner.goldResponse(problem);
  }
}
