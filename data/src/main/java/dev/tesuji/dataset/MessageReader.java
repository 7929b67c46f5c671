package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the messages of one column in the forms in which the field's tools write them, and makes
/// one form of them: `role`, `content` as text, `tool_calls` with arguments as objects.
///
/// Understood are OpenAI's messages (content in parts, `function_call`, arguments as JSON text),
/// ShareGPT's (`from` and `value`) and Arrow's, which give every object the fields of all. What
/// cannot be learned as text (images, sound) is refused by name.
///
/// @param row where they stand
/// @param field the column
record MessageReader(Row row, String field) {
  private static final Map<String, String> SHARE_GPT =
      Map.ofEntries(
          Map.entry("human", "user"),
          Map.entry("prompter", "user"),
          Map.entry("user", "user"),
          Map.entry("gpt", "assistant"),
          Map.entry("chatgpt", "assistant"),
          Map.entry("bing", "assistant"),
          Map.entry("bard", "assistant"),
          Map.entry("model", "assistant"),
          Map.entry("assistant", "assistant"),
          Map.entry("system", "system"),
          Map.entry("tool", "tool"),
          Map.entry("observation", "tool"),
          Map.entry("function_response", "tool"),
          Map.entry("function_call", "assistant"));

  /// Fields by which a message says whether it is learned.
  static final List<String> LEARNED = List.of("weight", "train", "trainable", "loss");

  private static final List<String> REFUSED =
      List.of("audio", "image", "images", "image_url", "video", "videos", "refusal");

  /// Fields of other tools by which a message says how much of it is learned.
  private static final List<String> PARTLY =
      List.of("train_detail", "training_detail", "loss_mask", "loss_scale", "loss_weight", "mask");

  /// Returns whether a message is learned where its turn is one that can be.
  static boolean isLearned(JsonNode message) {
    return LEARNED.stream().noneMatch(f -> Boolean.FALSE.equals(truth(message.path(f))));
  }

  /// Returns whether a value is absent, or a text, list or object with nothing in it.
  private static boolean isEmpty(JsonNode value) {
    return value.isMissingNode()
        || (value.isString()
            ? value.stringValue().isBlank()
            : value.isContainer() && value.isEmpty());
  }

  /// Reads a list of messages, or one alone.
  Text.Messages read(Iterable<JsonNode> list) {
    List<ObjectNode> messages = new ArrayList<>();
    for (JsonNode node : list) {
      messages.add(message(messages.size() + 1, node));
    }
    if (messages.isEmpty()) {
      throw row.bad("field '" + field + "' must have at least one message, got an empty list");
    }
    return new Text.Messages(messages);
  }

  private ObjectNode message(int number, JsonNode node) {
    if (!(node instanceof ObjectNode given)) {
      throw bad("must be a list of messages ({\"role\": ..., \"content\": ...})", node);
    }
    ObjectNode message = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> e : given.properties()) {
      if (!e.getValue().isNull()) { // Parquet gives every message the fields of all
        message.set(e.getKey(), row.place().isLine() ? e.getValue() : withoutNulls(e.getValue()));
      }
    }
    speaker(number, message);
    if (!message.path("role").isString()) {
      throw bad("must have a 'role' in message " + number, given);
    }
    for (String refused : REFUSED) {
      if (!isEmpty(message.path(refused))) {
        throw bad(
            "has '" + refused + "' in message " + number + ", which cannot be learned", given);
      }
    }
    for (String partly : PARTLY) {
      if (message.has(partly)) {
        throw bad(
            "has '"
                + partly
                + "' in message "
                + number
                + ", which is not known here: 'weight', 'train', 'trainable' or 'loss' says whether"
                + " all of a message is learned",
            given);
      }
    }
    requireTruths(number, message);
    legacyCall(number, message);
    message.set("content", content(number, message));
    calls(number, message);
    if (message.path("content").isMissingNode() || message.path("content").isNull()) {
      message.remove("content");
    }
    boolean absent = !message.has("content") && message.has("tool_calls");
    if (!message.path("content").isString() && !absent) {
      throw bad("must have text as 'content' of message " + number, given);
    }
    return message;
  }

  /// Takes ShareGPT's `from` and `value` for `role` and `content`, its words for roles wherever
  /// they stand.
  private void speaker(int number, ObjectNode message) {
    boolean own = message.has("role");
    String name = own ? "role" : "from";
    if (!message.path(name).isString()) {
      return; // refused later
    }
    String word = message.path(name).stringValue().toLowerCase(Locale.ROOT);
    String role = SHARE_GPT.get(word);
    if (role == null && !own) {
      throw bad(
          "must have 'from' of message "
              + number
              + " as one of human, gpt, system, tool, function_call, observation",
          message.path("from"));
    }
    if (!own) {
      message.remove("from");
    }
    if (role != null) {
      message.put("role", role);
    }
    JsonNode value = message.path("value");
    if (value.isMissingNode() || message.has("content")) {
      value = message.path("content");
    } else {
      message.remove("value");
    }
    if (word.equals("function_call")) {
      message.remove("content");
      message.set("function_call", value);
    } else if (!value.isMissingNode()) {
      message.set("content", value);
    }
  }

  /// Takes OpenAI's earlier `function_call` for a tool call.
  private void legacyCall(int number, ObjectNode message) {
    JsonNode given = message.path("function_call");
    JsonNode call =
        given.isString() && !given.stringValue().isBlank()
            ? parsed(number, "function_call", given)
            : given;
    boolean empty = call.isContainer() ? call.isEmpty() : !call.isNumber() && !call.isBoolean();
    if (!empty) {
      JsonNode others = message.path("tool_calls");
      if (!call.isContainer() || !others.isEmpty()) {
        throw bad(
            "must have an object as 'function_call' of message "
                + number
                + ", and no 'tool_calls' beside it",
            given);
      }
      ArrayNode calls = message.putArray("tool_calls");
      for (JsonNode each : call.isArray() ? call : List.of(call)) {
        calls.addObject().put("type", "function").set("function", each);
      }
    }
    message.remove("function_call");
    if (message.path("role").asString("").equals("function")) {
      message.put("role", "tool");
    }
  }

  /// Joins content that comes in parts of text.
  private @Nullable JsonNode content(int number, ObjectNode message) {
    JsonNode content = message.get("content");
    if (!(content instanceof ArrayNode parts)) {
      return content;
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : parts) {
      JsonNode own = part.isString() ? part : part.path("text");
      String type = part.isString() ? "text" : part.path("type").asString("text");
      for (String learned : LEARNED) {
        if (Boolean.FALSE.equals(truth(part.path(learned)))) {
          throw bad(
              "has '"
                  + learned
                  + "' in a part of the 'content' of message "
                  + number
                  + ", which is learned whole or not at all",
              part);
        }
      }
      if (!own.isString() || !type.endsWith("text")) {
        throw bad(
            "must have text alone as 'content' of message "
                + number
                + ", got a part of type "
                + type,
            part);
      }
      text.append(own.stringValue());
    }
    return Json.MAPPER.getNodeFactory().stringNode(text.toString());
  }

  /// Makes objects of tool calls and arguments that are JSON text.
  private void calls(int number, ObjectNode message) {
    JsonNode calls = message.get("tool_calls");
    if (calls == null) {
      return;
    }
    JsonNode list = calls.isString() ? parsed(number, "tool_calls", calls) : calls.deepCopy();
    if (!list.isArray()) {
      throw bad("must have a list as 'tool_calls' of message " + number, calls);
    }
    if (list.isEmpty()) {
      message.remove("tool_calls");
      return;
    }
    for (JsonNode call : list) {
      JsonNode function = call.path("function").isObject() ? call.path("function") : call;
      if (!(function instanceof ObjectNode object) || !function.path("name").isString()) {
        throw bad("must have functions with a 'name' in 'tool_calls' of message " + number, call);
      }
      JsonNode arguments = function.path("arguments");
      if (arguments.isString() && !arguments.stringValue().isBlank()) {
        object.set("arguments", parsed(number, "arguments' in 'tool_calls", arguments));
      } else if (arguments instanceof ObjectNode padded) {
        unpad(padded, function.path("name").stringValue());
      }
    }
    message.set("tool_calls", list);
  }

  /// Leaves out arguments that are null and that the function does not have, by the row's tools:
  /// JSON lines that were written from Arrow have those of all functions.
  private void unpad(ObjectNode arguments, String function) {
    List<String> nulls =
        arguments.properties().stream()
            .filter(e -> e.getValue().isNull())
            .map(Map.Entry::getKey)
            .toList();
    JsonNode own = nulls.isEmpty() ? null : ConversationFields.arguments(row, function);
    if (own != null) {
      arguments.remove(nulls.stream().filter(name -> !own.has(name)).toList());
    }
  }

  private JsonNode parsed(int number, String what, JsonNode text) {
    JsonNode parsed = parse(text.stringValue());
    if (!parsed.isContainer()) {
      throw bad("must have JSON in '" + what + "' of message " + number, text);
    }
    return parsed;
  }

  /// Reads a text as JSON; a missing node where it is none.
  static JsonNode parse(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JacksonException _) {
      return Json.MAPPER.missingNode();
    }
  }

  private void requireTruths(int number, ObjectNode message) {
    String before = null;
    for (String name : LEARNED) {
      JsonNode given = message.path(name);
      if (given.isMissingNode()) {
        continue;
      }
      Boolean truth = truth(given);
      if (truth == null) {
        throw bad(
            "must have 0 or 1, or true or false, as '" + name + "' of message " + number, given);
      }
      if (before != null && !truth.equals(truth(message.path(before)))) {
        throw bad(
            "must not say both that message "
                + number
                + " is learned and that it is not ('"
                + before
                + "' and '"
                + name
                + "')",
            given);
      }
      before = name;
      if (truth && !message.path("role").asString("").equals("assistant")) {
        throw bad(
            "has '"
                + name
                + "' in message "
                + number
                + " of role "
                + message.path("role").asString("")
                + "; only what the assistant says can be learned",
            given);
      }
    }
  }

  static @Nullable Boolean truth(JsonNode node) {
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    double value = node.isNumber() ? node.doubleValue(Double.NaN) : Double.NaN;
    return value == 0 ? Boolean.FALSE : value == 1 ? Boolean.TRUE : null;
  }

  /// Leaves out what is null in objects, at any depth: Arrow pads them so.
  static JsonNode withoutNulls(JsonNode node) {
    return without(node, List.of());
  }

  /// Leaves out what is null in the schema of a tool but where null is a value, in JSON lines that
  /// were written from Arrow too.
  static JsonNode withoutPadding(JsonNode schema) {
    return without(schema, List.of("default", "const"));
  }

  private static JsonNode without(JsonNode node, List<String> kept) {
    JsonNode copy = node.deepCopy();
    prune(copy, kept);
    return copy;
  }

  private static void prune(JsonNode node, List<String> kept) {
    if (node instanceof ObjectNode object) {
      object.remove(
          object.properties().stream()
              .filter(e -> e.getValue().isNull() && !kept.contains(e.getKey()))
              .map(Map.Entry::getKey)
              .toList());
    }
    node.forEach(child -> prune(child, kept));
  }

  private BadInput bad(String constraint, JsonNode got) {
    return row.bad("field '" + field + "' " + constraint + ", got " + BadInput.brief(got));
  }
}
