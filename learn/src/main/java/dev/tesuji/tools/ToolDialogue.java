package dev.tesuji.tools;

import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.check.Require;
import dev.tesuji.env.Dialogue;
import dev.tesuji.env.Ending;
import dev.tesuji.env.Problem;
import dev.tesuji.json.Json;
import dev.tesuji.toolcall.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation in which calls are carried out until a turn has none.
///
/// What is wrong with a call is told to the policy in a sentence that begins with `error: `. A tool
/// that is broken ends the episode by a name, since that is no doing of the policy's: one that
/// gives no answer in time, throws, returns nothing, more than a megabyte, or what is no Unicode.
final class ToolDialogue implements Dialogue {
  static final String CALL_END = "</tool_call>";
  static final String RESULT = "<tool_response>";
  static final String RESULT_END = "</tool_response>";
  private static final String CALL = "<tool_call>";
  private static final int MOST = 1 << 20; // characters of a result

  private final ToolTask task;
  private final Toolbox toolbox;
  private final Problem problem;
  private final List<String> names;

  ToolDialogue(ToolTask task, Toolbox toolbox, Problem problem) {
    this.task = task;
    this.toolbox = toolbox;
    this.problem = problem;
    names = task.tools().stream().map(ToolDialogue::nameOf).toList();
  }

  /// Returns the name of a tool, after a look at its description.
  private static String nameOf(ObjectNode tool) {
    JsonNode function = tool.path("function");
    String name = function.path("name").asString("");
    Require.that(
        !name.isBlank() && function.path("parameters").path("type").asString("").equals("object"),
        "tools",
        "functions with a name and parameters of type object, as OpenAI's schema has them",
        BadInput.brief(tool));
    return name;
  }

  @Override
  public Reply reply(Said said) {
    boolean tried = !said.calls().isEmpty() || said.text().contains(CALL);
    if (!tried) {
      return new Reply.Over(outcome(said), 0);
    }
    if (said.isLast()) { // nobody would read the results
      return new Reply.Over(outcome(said), 0, Ending.TURN_LIMIT, "");
    }
    List<ObjectNode> results = new ArrayList<>();
    if (said.calls().isEmpty()) {
      results.add(message("error: a call must be an object with name and arguments in JSON", null));
    }
    try {
      for (ToolCall call : said.calls()) {
        results.add(message(result(call), call));
      }
    } catch (ToolBroken e) {
      return new Reply.Over("", 0, e.ending(), String.valueOf(e.getMessage()));
    }
    return new Reply.More(results, 0);
  }

  private static ObjectNode message(String content, @Nullable ToolCall call) {
    ObjectNode message = Conversation.message("tool", content);
    return call == null ? message : message.put("tool_call_id", call.id()).put("name", call.name());
  }

  @Override
  public String outcome(Said last) {
    return task.response(problem, last.text());
  }

  /// Returns what the policy reads of a call's result.
  private String result(ToolCall call) {
    if (!names.contains(call.name())) {
      return "error: there is no tool '"
          + BadInput.brief(call.name())
          + "', there is "
          + String.join(", ", names);
    }
    ObjectNode arguments;
    try {
      if (!(Json.MAPPER.readTree(call.arguments()) instanceof ObjectNode object)) {
        return "error: arguments must be an object";
      }
      arguments = object;
    } catch (JacksonException _) {
      return "error: arguments must be JSON";
    }
    return readable(timed(call.name(), arguments));
  }

  /// Carries a call out, on a thread that the machine's scheduler can take the processor from.
  private String timed(String name, ObjectNode arguments) {
    FutureTask<String> answer = new FutureTask<>(() -> toolbox.call(name, arguments));
    Thread thread = Thread.ofPlatform().daemon().name("tool-" + name).start(answer);
    try {
      return sound(name, answer.get(task.limits().call().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      answer.cancel(true);
      long limit = task.limits().call().toMillis();
      throw broken(Ending.TOOL_HUNG, name, "gave no answer in " + limit + " ms");
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case ToolBroken broken -> throw broken;
        case ToolFault fault -> "error: " + fault.getMessage();
        case null, default ->
            throw broken(
                Ending.TOOL_DIED, name, "threw " + BadInput.brief(String.valueOf(e.getCause())));
      };
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return "error: interrupted";
    }
  }

  private static String sound(String name, @Nullable String result) {
    if (result == null) {
      throw broken(Ending.TOOL_LIED, name, "returned nothing");
    }
    if (result.length() > MOST) {
      throw broken(Ending.TOOL_FLOODED, name, "returned more than " + MOST + " characters");
    }
    if (!Json.isUnicode(result)) {
      throw broken(Ending.TOOL_GARBLED, name, "returned what is no Unicode");
    }
    return result;
  }

  private static ToolBroken broken(Ending ending, String name, String what) {
    return new ToolBroken(ending, "the tool '" + name + "' " + what);
  }

  /// Returns a result as it may stand between its marks.
  private String readable(String result) {
    return ToolTexts.shown(result, task.limits().characters())
        .replace(RESULT_END, "[/tool_response]")
        .replace(CALL, "[tool_call]")
        .replace(CALL_END, "[/tool_call]");
  }

  @Override
  public void close() {
    toolbox.close();
  }
}
