package dev.tesuji.serve.api;

import dev.tesuji.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The fields of a request that say which tools a model may call.
///
/// @param tools those that it may call, in OpenAI's shape; null for none
/// @param mustCall whether the answer is a call
/// @param several whether more than one call may come
/// @param strict whether some tool asks that its schema be kept whatever the choice
public record ToolFields(
    @Nullable ArrayNode tools, boolean mustCall, boolean several, boolean strict) {
  /// No tools.
  public static final ToolFields NONE = new ToolFields(null, false, false, false);

  /// Reads them.
  ///
  /// @throws ApiError naming the field that is wrong
  public static ToolFields of(RequestBody body) {
    JsonNode list = body.get("tools");
    JsonNode choice = body.get("tool_choice");
    boolean several = body.flag("parallel_tool_calls", true);
    if (list == null || (list.isArray() && list.isEmpty())) {
      if (choice != null && !choice.asString("").matches("none|auto")) {
        throw body.wrong("tool_choice", "absent without tools", choice);
      }
      return NONE;
    }
    if (!(list instanceof ArrayNode tools)) {
      throw body.wrong("tools", "a list", list);
    }
    boolean strict = false;
    for (int i = 0; i < tools.size(); i++) {
      strict |= check(body, tools.get(i), "tools[" + i + "]");
    }
    if (choice == null) {
      return new ToolFields(tools, false, several, strict);
    }
    if (choice instanceof ObjectNode named) {
      return new ToolFields(named(body, named, tools), true, false, strict);
    }
    return switch (choice.asString("")) {
      case "none" -> NONE;
      case "auto" -> new ToolFields(tools, false, several, strict);
      case "required" -> new ToolFields(tools, true, several, strict);
      default ->
          throw body.wrong("tool_choice", "none, auto, required or a function's name", choice);
    };
  }

  /// Checks a tool, and returns whether it is strict.
  private static boolean check(RequestBody body, JsonNode tool, String at) {
    if (!(tool instanceof ObjectNode object)) {
      throw body.wrong(at, "an object", tool);
    }
    RequestBody fields = RequestBody.of(object, at);
    if (!"function".equals(fields.text("type"))) {
      throw fields.wrong("type", "function", object.path("type"));
    }
    RequestBody function = fields.object("function");
    if (function == null) {
      throw fields.wrong("function", "an object", "nothing");
    }
    String name = function.text("name");
    if (name == null || !name.matches("[A-Za-z0-9_.-]{1,64}")) {
      throw function.wrong("name", "1 to 64 letters, digits, _, . or -", String.valueOf(name));
    }
    function.object("parameters");
    return function.flag("strict", false);
  }

  private static ArrayNode named(RequestBody body, ObjectNode choice, ArrayNode tools) {
    String name = choice.path("function").path("name").asString(choice.path("name").asString(""));
    ArrayNode one = Json.MAPPER.createArrayNode();
    for (JsonNode tool : tools) {
      if (one.isEmpty() && tool.path("function").path("name").asString("").equals(name)) {
        one.add(tool);
      }
    }
    if (one.isEmpty()) {
      throw body.wrong("tool_choice", "one of the functions in tools", "'" + name + "'");
    }
    return one;
  }
}
