package dev.tesuji.tools;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Episode;
import dev.tesuji.env.Problem;
import dev.tesuji.env.Step;
import dev.tesuji.env.Turn;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.json.Json;
import dev.tesuji.text.CompletionText;
import dev.tesuji.toolcall.ToolCall;
import dev.tesuji.toolcall.ToolCallParser;
import dev.tesuji.toolcall.ToolFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// An episode in which calls are carried out until a turn has none.
///
/// Whatever a tool does, it costs its own call: one that throws, hangs, returns nothing, too much
/// or what is no Unicode is told to the policy in a sentence that begins with `error: `.
final class ToolEpisode implements Episode {
  static final String CALL_END = "</tool_call>";
  private static final String CALL = "<tool_call>";
  private static final String RESULT = "<tool_response>";
  private static final String RESULT_END = "</tool_response>";

  private final ToolTask task;
  private final Toolbox toolbox;
  private final Problem problem;
  private final CompletionText text;
  private final List<String> names;
  private long spent; // nanoseconds, in tools
  private int turns;

  ToolEpisode(ToolTask task, Toolbox toolbox, Problem problem, CompletionText text) {
    this.task = task;
    this.toolbox = toolbox;
    this.problem = problem;
    this.text = text;
    names = task.tools().stream().map(t -> t.path("function").path("name").asString("")).toList();
  }

  @Override
  public Step step(Turn turn) {
    turns++;
    String said = text.of(turn.tokens());
    boolean over =
        turn.reason() == FinishReason.LENGTH
            || turns >= task.limits().turns()
            || spent >= task.limits().all().toNanos();
    if (over || !said.contains(CALL)) {
      return new Step.End(task.response(problem, said));
    }
    StringBuilder read = new StringBuilder();
    List<ToolCall> calls =
        ToolCallParser.of(ToolFormat.HERMES, () -> "call_" + turns).parse(said).calls();
    if (calls.isEmpty()) {
      read.append(framed("error: a call must be an object with name and arguments in JSON"));
    }
    calls.forEach(call -> read.append(framed(result(call))));
    return new Step.Observation(text.tokenizer().encode(read.toString()));
  }

  private static String framed(String result) {
    return RESULT + result + RESULT_END;
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
    long start = System.nanoTime();
    try {
      return readable(timed(call.name(), arguments));
    } finally {
      spent += System.nanoTime() - start;
    }
  }

  private String timed(String name, ObjectNode arguments) {
    FutureTask<String> answer = new FutureTask<>(() -> toolbox.call(name, arguments));
    Thread thread = Thread.ofVirtual().name("tool-" + name).start(answer);
    try {
      String result = answer.get(task.limits().call().toNanos(), TimeUnit.NANOSECONDS);
      return result == null ? "error: the tool returned nothing" : result;
    } catch (TimeoutException _) {
      answer.cancel(true);
      return "error: the tool took too long";
    } catch (ExecutionException e) {
      return e.getCause() instanceof ToolFault fault
          ? "error: " + fault.getMessage()
          : "error: the tool failed";
    } catch (InterruptedException _) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      return "error: interrupted";
    }
  }

  /// Returns a result as it may stand between its marks.
  private String readable(String result) {
    int most = task.limits().characters();
    String shown = result.length() > most ? result.substring(0, most) + " [cut off]" : result;
    String unicode = Json.isUnicode(shown) ? shown : shown.replaceAll("[\\ud800-\\udfff]", "?");
    return unicode
        .replace(RESULT_END, "[/tool_response]")
        .replace(CALL, "[tool_call]")
        .replace(CALL_END, "[/tool_call]");
  }

  @Override
  public void close() {
    toolbox.close();
  }
}
