package dev.tesuji.recipe;

import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.FileTask;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Task;
import dev.tesuji.math.MathAnswers;
import dev.tesuji.mcp.McpServer;
import dev.tesuji.mcp.McpTask;
import dev.tesuji.tools.ToolLimits;
import dev.tesuji.yaml.Named;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Problems with numbers for answers, from data files, and the tools of a server that speaks the
/// Model Context Protocol ([McpTask]).
///
/// @param command the server as a program and its arguments; each episode starts one
/// @param url the server's address, where it is no program: `http://...`, or the WebSocket of an
///   environment with tools, `ws://...`
/// @param heldOut the file to evaluate on; null to hold part of `data` out
/// @param promptColumn the field with the problem
/// @param answerColumn the field with the answer
/// @param strict whether an answer must stand in answer tags or a box to count
/// @param turns the most turns of the policy
/// @param seconds how long the server may take for an answer
/// @param characters the most characters of an answer that the policy reads
@Named("mcp")
public record McpTaskConfig(
    List<String> command,
    @Nullable String url,
    @Nullable Path heldOut,
    String promptColumn,
    String answerColumn,
    boolean strict,
    int turns,
    double seconds,
    int characters,
    @Unwrapped Speech speech)
    implements TaskConfig.Speaking {
  /// Eight turns, ten seconds for an answer.
  public static final McpTaskConfig DEFAULT =
      new McpTaskConfig(
          List.of(), null, null, "prompt", "answer", true, 8, 10, 2000, Speech.DEFAULT);

  private static final int ANSWERS = 4; // of a server's in a first call, and to spare
  private static final int MOST_BYTES = 1 << 20;

  /// Checks the ranges.
  public McpTaskConfig {
    command = List.copyOf(command);
    Require.atLeast(1, "turns", turns);
    Require.that(seconds > 0 && seconds < 1e5, "seconds", "above 0", seconds);
    Require.atLeast(1, "characters", characters);
  }

  @Override
  public Task open(@Nullable Path data) {
    Task inner =
        FileTask.read(
            "mcp",
            TaskConfig.required(data, "mcp"),
            heldOut,
            new FileTask.Layout(
                new FileTask.Columns(promptColumn, answerColumn),
                PromptTemplate.PLAIN,
                MathAnswers.numbers(strict)));
    Duration answer = Duration.ofMillis((long) (seconds * 1000));
    Duration call = answer.multipliedBy(ANSWERS);
    return McpTask.of(
        inner,
        server(),
        new McpServer.Limits(answer, MOST_BYTES),
        new ToolLimits(turns, call, call.multipliedBy(turns), characters));
  }

  private McpServer server() {
    if (command.isEmpty() == (url == null)) {
      throw new BadInput(
          "task 'mcp' needs either 'command', a server's program and its arguments, or 'url'");
    }
    return url == null ? new McpServer.Command(command) : McpServer.at(URI.create(url));
  }
}
