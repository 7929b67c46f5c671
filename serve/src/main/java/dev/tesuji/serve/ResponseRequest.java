package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Translates a request for a response into one for a chat completion.
final class ResponseRequest {
  private static final List<String> OWN =
      List.of(
          "input",
          "instructions",
          "max_output_tokens",
          "text",
          "tools",
          "tool_choice",
          "include",
          "truncation",
          "top_logprobs",
          "n",
          "stream_options",
          "previous_response_id",
          "conversation",
          "background",
          "prompt",
          "store",
          "max_tool_calls");

  private static final String LOG_PROBS = "message.output_text.logprobs";

  /// What may be asked for beside the answer. Clients that want nothing remembered always ask for
  /// encrypted thinking, which they can do without.
  private static final List<String> INCLUDABLE = List.of(LOG_PROBS, "reasoning.encrypted_content");

  private ResponseRequest() {}

  /// Translates.
  ///
  /// @throws ApiError naming the field that is wrong
  static ObjectNode chat(RequestBody body) {
    body.refuse("previous_response_id", "conversation", "background", "prompt", "n");
    body.word("truncation", "disabled", List.of("disabled")); // nothing is cut silently
    ObjectNode chat = Json.MAPPER.createObjectNode();
    ArrayNode messages = chat.putArray("messages");
    String instructions = body.text("instructions");
    if (instructions != null) {
      messages.addObject().put("role", "system").put("content", instructions);
    }
    input(body, messages);
    body.fields().properties().stream()
        .filter(e -> !OWN.contains(e.getKey()))
        .forEach(e -> chat.set(e.getKey(), e.getValue()));
    copy(body, "max_output_tokens", chat, "max_completion_tokens");
    copy(body, "top_logprobs", chat, "top_logprobs");
    if (chat.has("top_logprobs") || includes(body)) {
      chat.put("logprobs", true);
    }
    RequestBody text = body.object("text");
    if (text != null && text.get("format") != null) {
      chat.set("response_format", text.get("format"));
    }
    tools(body, chat);
    RequestBody reasoning = body.object("reasoning");
    String summary = reasoning == null ? null : reasoning.text("summary");
    if (summary != null && !chat.has("reasoning_format")) {
      chat.put("reasoning_format", "summary");
    }
    return chat;
  }

  /// Returns whether log-probabilities are to be included.
  private static boolean includes(RequestBody body) {
    JsonNode include = body.get("include");
    if (include == null) {
      return false;
    }
    if (!include.isArray()) {
      throw body.wrong("include", "a list", include);
    }
    boolean found = false;
    for (int i = 0; i < include.size(); i++) {
      String word = include.get(i).asString("");
      found |= word.equals(LOG_PROBS);
      if (!INCLUDABLE.contains(word)) {
        throw ApiError.unsupported(
            "include[" + i + "]",
            "include["
                + i
                + "] must be one of "
                + String.join(", ", INCLUDABLE)
                + ", got '"
                + BadInput.brief(word)
                + "'");
      }
    }
    return found;
  }

  private static void copy(RequestBody from, String name, ObjectNode to, String newName) {
    JsonNode node = from.get(name);
    if (node != null) {
      to.set(newName, node);
    }
  }

  private static void input(RequestBody body, ArrayNode messages) {
    JsonNode input = body.get("input");
    boolean some = input != null && (input.isString() || (input.isArray() && !input.isEmpty()));
    if (input == null || !some) {
      throw body.wrong("input", "text or a list of at least one item", String.valueOf(input));
    }
    if (input.isString()) {
      messages.addObject().put("role", "user").put("content", input.stringValue());
      return;
    }
    String thinking = "";
    for (int i = 0; i < input.size(); i++) {
      if (!(input.get(i) instanceof ObjectNode item)) {
        throw body.wrong("input[" + i + "]", "an object", input.get(i));
      }
      String type = item.path("type").asString("message");
      switch (type) {
        case "message" -> {
          ObjectNode message = messages.addObject();
          message.set("role", item.path("role"));
          message.set("content", item.path("content"));
          if (!thinking.isEmpty() && item.path("role").asString("").equals("assistant")) {
            message.put("reasoning_content", thinking);
          }
          thinking = "";
        }
        case "reasoning" -> thinking = texts(item.path("content"));
        case "function_call" -> {
          call(messages, item, thinking);
          thinking = "";
        }
        case "function_call_output" -> {
          ObjectNode message = messages.addObject().put("role", "tool");
          message.put("tool_call_id", item.path("call_id").asString(""));
          JsonNode output = item.path("output");
          message.put(
              "content", output.isArray() ? texts(output) : output.asString(output.toString()));
        }
        default ->
            throw ApiError.unsupported(
                "input[" + i + "].type",
                "input["
                    + i
                    + "].type must be message, reasoning, function_call or"
                    + " function_call_output, got '"
                    + BadInput.brief(type)
                    + "'");
      }
    }
  }

  private static String texts(JsonNode parts) {
    StringBuilder all = new StringBuilder();
    parts.forEach(part -> all.append(part.path("text").asString("")));
    return all.toString();
  }

  /// Adds a call, and the thinking that led to it, to the assistant's message before it, or to a
  /// new one.
  private static void call(ArrayNode messages, ObjectNode item, String thinking) {
    JsonNode last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
    boolean assistant = last != null && last.path("role").asString("").equals("assistant");
    ObjectNode message =
        assistant && last instanceof ObjectNode known
            ? known
            : messages.addObject().put("role", "assistant").put("content", "");
    if (!thinking.isEmpty()) {
      message.put("reasoning_content", thinking);
    }
    ObjectNode call = message.withArray("tool_calls").addObject();
    call.put("id", item.path("call_id").asString("")).put("type", "function");
    ObjectNode function = call.putObject("function");
    function.put("name", item.path("name").asString(""));
    function.put("arguments", item.path("arguments").asString(""));
  }

  /// Puts tools, which responses have flat, into the shape of chat completions.
  private static void tools(RequestBody body, ObjectNode chat) {
    JsonNode tools = body.get("tools");
    if (tools != null && !tools.isArray()) {
      throw body.wrong("tools", "a list", tools);
    }
    if (tools != null) {
      ArrayNode to = chat.putArray("tools");
      for (JsonNode tool : tools) {
        ObjectNode entry = to.addObject();
        entry.set("type", tool.path("type"));
        if (tool instanceof ObjectNode flat) {
          ObjectNode function = flat.deepCopy();
          function.remove("type");
          entry.set("function", function);
        }
      }
    }
    copy(body, "tool_choice", chat, "tool_choice");
  }
}
