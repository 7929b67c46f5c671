package dev.tesuji.toolcall;

import dev.tesuji.constrain.Grammar;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/// Grammars of answers with calls of tools: what `tool_choice` asks for.
public final class ToolGrammar {
  private static final String ANY_OBJECT = "{\"type\": \"object\"}";

  private ToolGrammar() {}

  /// A tool that may be called.
  ///
  /// @param name its name
  /// @param parameters the schema of its arguments as JSON; empty for any object
  public record Tool(String name, String parameters) {
    private Grammar arguments() {
      return Grammar.jsonSchema(parameters.isBlank() ? ANY_OBJECT : parameters);
    }
  }

  /// Makes the grammar of an answer that consists of calls and nothing else: `tool_choice`
  /// `required`, or a named tool where it is the only one.
  ///
  /// @param several whether more than one call may come
  /// @throws dev.tesuji.check.BadInput when a tool's schema is not supported
  /// @throws IllegalArgumentException when there is no tool
  public static Grammar required(ToolFormat format, List<Tool> tools, boolean several) {
    if (tools.isEmpty()) {
      throw new IllegalArgumentException("tools must be at least one, got none");
    }
    Grammar one = Grammar.choice(tools.stream().map(t -> call(format, t)).toList());
    return calls(format, one, several).compiled();
  }

  /// Makes the grammar of an answer of text in which calls may stand: `tool_choice` `auto`. Once a
  /// call has begun it comes to its end and is right.
  ///
  /// @param several whether more than one call may come
  /// @return none where calls have no marks: what the model will write cannot be told in advance
  /// @throws dev.tesuji.check.BadInput when a tool's schema is not supported
  public static Optional<Grammar> auto(ToolFormat format, List<Tool> tools, boolean several) {
    if (!format.isMarked() || tools.isEmpty()) {
      return Optional.empty();
    }
    String mark = format == ToolFormat.HERMES ? Marks.HERMES_BEGIN : Marks.CALLS_BEGIN;
    Grammar text = Grammar.textWithout(mark);
    Grammar one = Grammar.choice(tools.stream().map(t -> call(format, t)).toList());
    Grammar calls = calls(format, one, several);
    return Optional.of(Grammar.sequence(text, Grammar.repeat(calls, 0, 1)).compiled());
  }

  private static Grammar calls(ToolFormat format, Grammar call, boolean several) {
    int more = several ? Integer.MAX_VALUE : 0;
    String between = format == ToolFormat.LLAMA ? "; " : "\n";
    Grammar following = Grammar.repeat(Grammar.sequence(Grammar.literal(between), call), 0, more);
    return switch (format) {
      case HERMES, LLAMA -> Grammar.sequence(call, following);
      case DEEPSEEK, DEEPSEEK_V31 ->
          Grammar.sequence(
              Grammar.literal(Marks.CALLS_BEGIN),
              call,
              format == ToolFormat.DEEPSEEK ? following : Grammar.repeat(call, 0, more),
              Grammar.literal(Marks.CALLS_END));
    };
  }

  private static Grammar call(ToolFormat format, Tool tool) {
    String name = Json.line(StringNode.valueOf(tool.name));
    return switch (format) {
      case HERMES ->
          around(
              Marks.HERMES_BEGIN + "\n{\"name\": " + name + ", \"arguments\": ",
              tool,
              "}\n" + Marks.HERMES_END);
      case LLAMA -> around("{\"name\": " + name + ", \"parameters\": ", tool, "}");
      case DEEPSEEK ->
          around(
              Marks.CALL_BEGIN + "function" + Marks.SEPARATOR + tool.name + "\n" + Marks.FENCE,
              tool,
              Marks.FENCE_END + Marks.CALL_END);
      case DEEPSEEK_V31 ->
          around(Marks.CALL_BEGIN + tool.name + Marks.SEPARATOR, tool, Marks.CALL_END);
    };
  }

  private static Grammar around(String before, Tool tool, String after) {
    return Grammar.sequence(Grammar.literal(before), tool.arguments(), Grammar.literal(after));
  }

  /// Reads the tools of a request as OpenAI has them: `[{"type": "function", "function": {"name":
  /// ..., "parameters": ...}}]`.
  public static List<Tool> tools(JsonNode tools) {
    List<Tool> all = new ArrayList<>();
    for (JsonNode tool : tools) {
      JsonNode function = tool.path("function");
      JsonNode parameters = function.get("parameters");
      boolean any = parameters == null || parameters.isNull();
      all.add(new Tool(function.path("name").asString(), any ? "" : Json.line(parameters)));
    }
    return all;
  }
}
