package dev.tesuji.serve;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.serve.api.ApiError;
import dev.tesuji.serve.api.RequestBody;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the messages of a request into the form that chat templates take.
///
/// Texts in parts become one text, a developer's message one of the system, thinking given as
/// `reasoning` becomes `reasoning_content`, and arguments of calls become objects where they are
/// JSON.
final class Messages {
  private static final List<String> ROLES =
      List.of("system", "developer", "user", "assistant", "tool");

  private Messages() {}

  /// Reads them.
  ///
  /// @throws ApiError naming the message and the field that is wrong
  static List<ObjectNode> of(RequestBody body) {
    JsonNode list = body.get("messages");
    if (list == null) {
      throw ApiError.invalid("messages", "messages must be a list of messages, got nothing");
    }
    if (!list.isArray() || list.isEmpty()) {
      throw body.wrong("messages", "a list of at least one message", list);
    }
    List<ObjectNode> messages = new ArrayList<>();
    for (JsonNode message : list) {
      String at = "messages[" + messages.size() + "]";
      if (!(message instanceof ObjectNode object)) {
        throw body.wrong(at, "an object", message);
      }
      messages.add(message(RequestBody.of(object, at)));
    }
    return messages;
  }

  private static ObjectNode message(RequestBody given) {
    if (given.get("role") == null) {
      throw given.wrong("role", "one of " + String.join(", ", ROLES), "nothing");
    }
    String role = given.word("role", "", ROLES);
    ObjectNode message = given.fields().deepCopy();
    message.put("role", role.equals("developer") ? "system" : role);
    message.put("content", content(given, role));
    String thinking = given.text("reasoning_content");
    thinking = thinking == null ? given.text("reasoning") : thinking;
    message.remove(List.of("reasoning", "reasoning_content"));
    if (thinking != null) {
      message.put("reasoning_content", thinking);
    }
    calls(given, message);
    return message;
  }

  private static String content(RequestBody given, String role) {
    return switch (given.get("content")) {
      case null -> {
        boolean mayLack = role.equals("assistant");
        if (!mayLack) {
          throw given.wrong("content", "text", "nothing");
        }
        yield "";
      }
      case ArrayNode parts -> parts(given, parts);
      case JsonNode text when text.isString() -> text.stringValue();
      case JsonNode other -> throw given.wrong("content", "text or a list of texts", other);
    };
  }

  private static String parts(RequestBody given, ArrayNode parts) {
    StringJoiner text = new StringJoiner("\n");
    for (int i = 0; i < parts.size(); i++) {
      String at = "content[" + i + "]";
      if (!(parts.get(i) instanceof ObjectNode object)) {
        throw given.wrong(at, "an object", parts.get(i));
      }
      String type = object.path("type").asString("");
      if (!List.of("text", "input_text", "output_text", "refusal").contains(type)) {
        throw ApiError.unsupported(
            given.path(at) + ".type",
            given.path(at)
                + ".type must be text, which is all that this model reads, got '"
                + BadInput.brief(type)
                + "'");
      }
      JsonNode part = object.path(type.equals("refusal") ? type : "text");
      if (!part.isString()) {
        throw given.wrong(at + ".text", "text", part);
      }
      text.add(part.stringValue());
    }
    return text.toString();
  }

  /// Makes objects of the arguments of calls, which the interface has as text.
  private static void calls(RequestBody given, ObjectNode message) {
    JsonNode calls = given.get("tool_calls");
    if (calls == null) {
      message.remove("tool_calls");
      return;
    }
    if (!calls.isArray()) {
      throw given.wrong("tool_calls", "a list", calls);
    }
    if (calls.isEmpty()) {
      message.remove("tool_calls");
    }
    for (JsonNode call : message.path("tool_calls")) {
      if (call.path("function") instanceof ObjectNode function
          && function.path("arguments").isString()) {
        try {
          function.set("arguments", Json.MAPPER.readTree(function.path("arguments").stringValue()));
        } catch (JacksonException e) {
          // Some model wrote it so; the template gets the text.
        }
      }
    }
  }
}
