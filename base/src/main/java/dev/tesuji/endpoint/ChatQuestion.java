package dev.tesuji.endpoint;

import dev.tesuji.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One question to an endpoint, to be answered once.
///
/// @param id tells it from others that are worded alike, such as other samples of one prompt
/// @param body the fields of the request, but for `model` and those that the endpoint's settings
///   add; not to be changed
/// @param about what it is about, for messages: a problem's source
public record ChatQuestion(String id, ObjectNode body, String about) {
  /// Asks with a conversation.
  ///
  /// @param options how the answer is drawn: `temperature`, `max_tokens`, ...
  public static ChatQuestion chat(
      String id, List<ObjectNode> messages, ObjectNode options, String about) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode list = body.putArray("messages");
    messages.forEach(list::add);
    body.setAll(options);
    return new ChatQuestion(id, body, about);
  }

  /// Asks for the continuation of a text.
  ///
  /// @param options how the answer is drawn: `temperature`, `max_tokens`, ...
  public static ChatQuestion completion(
      String id, String prompt, ObjectNode options, String about) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("prompt", prompt);
    body.setAll(options);
    return new ChatQuestion(id, body, about);
  }
}
