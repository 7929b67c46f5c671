package dev.tesuji.chat;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A conversation, as a chat template sees it.
///
/// @param messages each with `role` and mostly `content`; what else they have, such as `tool_calls`
///   or `reasoning_content`, is the template's business
/// @param tools what the assistant can call; null for none
/// @param documents what it can read; null for none
/// @param variables further variables of the template by name, such as `enable_thinking`
public record Conversation(
    List<ObjectNode> messages,
    @Nullable ArrayNode tools,
    @Nullable ArrayNode documents,
    Map<String, JsonNode> variables) {
  /// Copies the list and the map.
  public Conversation {
    messages = List.copyOf(messages);
    variables = Map.copyOf(variables);
  }

  /// Makes a conversation of texts: role, content, role, content and so on.
  public static Conversation of(String... rolesAndContents) {
    List<ObjectNode> messages = new ArrayList<>();
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.add(message(rolesAndContents[i], rolesAndContents[i + 1]));
    }
    return new Conversation(messages, null, null, Map.of());
  }

  /// Makes a message.
  public static ObjectNode message(String role, String content) {
    return Json.MAPPER.createObjectNode().put("role", role).put("content", content);
  }

  /// Reads a conversation from an object that has `messages`; `tools` and `documents` are taken
  /// where it has them, and everything else becomes a variable of the template.
  ///
  /// @throws BadInput naming the field that is missing or something else
  public static Conversation of(ObjectNode fields) {
    ArrayNode list = list(fields, "messages");
    if (list == null || list.isEmpty()) {
      throw new BadInput("field 'messages' must be a list of at least one message");
    }
    List<ObjectNode> messages = new ArrayList<>();
    for (JsonNode message : list) {
      if (!(message instanceof ObjectNode object) || !message.path("role").isString()) {
        throw new BadInput(
            "message " + messages.size() + " must be an object with a 'role', got " + message);
      }
      messages.add(object);
    }
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    fields.properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
    variables.keySet().removeAll(List.of("messages", "tools", "documents"));
    return new Conversation(messages, list(fields, "tools"), list(fields, "documents"), variables);
  }

  private static @Nullable ArrayNode list(ObjectNode fields, String name) {
    return switch (fields.get(name)) {
      case null -> null;
      case ArrayNode list -> list;
      case JsonNode other when other.isNull() -> null;
      case JsonNode other ->
          throw new BadInput("field '" + name + "' must be a list, got " + other);
    };
  }

  /// Returns the conversation up to a message, that one not included.
  public Conversation upTo(int message) {
    return new Conversation(messages.subList(0, message), tools, documents, variables);
  }
}
