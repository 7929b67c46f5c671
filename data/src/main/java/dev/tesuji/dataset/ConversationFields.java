package dev.tesuji.dataset;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A row's fields about its conversation beside the messages.
///
/// @param tools what the assistant can call; null for nothing
/// @param documents what it can read; null for nothing
/// @param variables variables of the chat template, such as `enable_thinking`
public record ConversationFields(
    @Nullable ArrayNode tools, @Nullable ArrayNode documents, Map<String, JsonNode> variables) {
  private static final List<String> VARIABLES =
      List.of("chat_template_kwargs", "enable_thinking", "thinking", "reasoning_effort");
  private static final int IGNORED = -100; // the label of a token that PyTorch does not learn
  private static final List<String> SWITCHES = List.of("enable_thinking", "thinking");
  private static final List<String> REFUSED =
      List.of("image", "images", "video", "videos", "audio", "audios", "chat_template");

  /// Columns of other tools that say which tokens or rows are learned, and how much.
  private static final List<String> WEIGHTS =
      List.of(
          "loss_mask",
          "completion_mask",
          "assistant_masks",
          "loss_weight",
          "sample_weight",
          "mask",
          "train_on_input",
          "assistant_only_loss",
          "train_on_inputs");

  /// Columns that a chat template writes, or that make it write something.
  private static final List<String> RENDERED =
      List.of("system", "system_prompt", "tools", "functions", "documents", "chat_template_kwargs");

  /// Reads the fields of a row.
  ///
  /// @throws BadInput naming one that is not what it must be, or cannot be learned
  public static ConversationFields of(Row row) {
    for (String name : REFUSED) {
      if (has(row, name)) {
        throw row.bad(
            "field '"
                + name
                + "' is not known here: only text is learned, by the model's own template; leave the"
                + " column out");
      }
    }
    for (String name : WEIGHTS) {
      if (has(row, name)) {
        throw notHeeded(row, name);
      }
    }
    for (String name : MessageReader.LEARNED) {
      JsonNode given = row.get(name);
      if (given != null && Boolean.FALSE.equals(MessageReader.truth(given))) {
        throw notHeeded(row, name);
      }
    }
    if (row.get("labels") instanceof ArrayNode labels
        && labels.valueStream().anyMatch(l -> l.isIntegralNumber() && l.asInt(0) == IGNORED)) {
      throw notHeeded(row, "labels");
    }
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    for (String name : VARIABLES) {
      JsonNode given = row.get(name);
      if (given == null) {
        continue;
      }
      if (!name.equals("chat_template_kwargs")) {
        variables.put(name, SWITCHES.contains(name) ? truth(row, name, given) : given);
        continue;
      }
      JsonNode object = given.isString() ? MessageReader.parse(given.stringValue()) : given;
      if (!object.isObject()) {
        throw bad(row, name, "an object of variables of the chat template", given);
      }
      clean(row, object).properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
    }
    return new ConversationFields(tools(row), list(row, "documents"), variables);
  }

  private static BadInput notHeeded(Row row, String name) {
    return row.bad(
        "field '"
            + name
            + "' is not heeded here: messages say whether they are learned ('weight', 'train',"
            + " 'trainable', 'loss'), and rows by being there; leave the column out");
  }

  /// Reads true or false, which CSV writes as text: any text is true to a template.
  private static JsonNode truth(Row row, String name, JsonNode given) {
    String word = given.isString() ? given.stringValue().strip() : given.toString();
    if (!given.isBoolean() && !word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) {
      throw bad(
          row,
          name,
          "true or false, a variable of the chat template (leave out a column that is another"
              + " thing)",
          given);
    }
    return Json.MAPPER.getNodeFactory().booleanNode(word.equalsIgnoreCase("true"));
  }

  /// Returns the arguments that a row's tools say a function has; null where they say nothing.
  static @Nullable JsonNode arguments(Row row, String function) {
    ArrayNode tools = tools(row);
    for (JsonNode tool : tools == null ? List.<JsonNode>of() : tools) {
      JsonNode own = tool.path("function").isObject() ? tool.path("function") : tool;
      if (own.path("name").asString("").equals(function)) {
        JsonNode properties = own.path("parameters").path("properties");
        return properties.isObject() ? properties : null;
      }
    }
    return null;
  }

  /// Returns whether a row has something in a column.
  static boolean has(Row row, String name) {
    JsonNode given = row.get(name);
    boolean empty =
        given == null
            || (given.isContainer() && given.isEmpty())
            || (given.isString() && given.stringValue().isBlank());
    return !empty;
  }

  /// Refuses what only a chat template could write beside a prompt that is plain text, which none
  /// is asked to write.
  ///
  /// @param prompt the column of the prompt
  /// @throws BadInput naming the column
  public static void refuseBesideText(Row row, String prompt) {
    for (String name : RENDERED) {
      if (has(row, name)) {
        throw row.bad(
            "field '"
                + name
                + "' is not heeded beside '"
                + prompt
                + "' that is plain text, as only a chat template writes it; put it into the text,"
                + " make '"
                + prompt
                + "' a list of messages, or leave the column out");
      }
    }
  }

  /// Returns the system message that stands in a column of its own; null where there is none.
  ///
  /// @throws BadInput when it is no text
  static @Nullable ObjectNode system(Row row) {
    String name = has(row, "system") ? "system" : "system_prompt";
    JsonNode system = row.get(name);
    if (system == null || !has(row, name)) {
      return null;
    }
    if (!system.isString()) {
      throw bad(row, name, "text", system);
    }
    return Json.MAPPER
        .createObjectNode()
        .put("role", "system")
        .put("content", system.stringValue());
  }

  private static @Nullable ArrayNode tools(Row row) {
    String field =
        row.get("tools") == null && row.get("input.tools") != null ? "input.tools" : "tools";
    ArrayNode tools = list(row, field);
    ArrayNode functions = tools == null ? list(row, "functions") : null;
    if (functions != null) {
      tools = Json.MAPPER.createArrayNode();
      for (JsonNode function : functions) {
        tools.addObject().put("type", "function").set("function", function);
      }
    }
    for (JsonNode tool : tools == null ? List.<JsonNode>of() : tools) {
      if (!tool.isObject()) {
        throw bad(row, field, "a list of tools ({\"type\": \"function\", ...})", tool);
      }
    }
    return tools;
  }

  private static @Nullable ArrayNode list(Row row, String field) {
    JsonNode given = row.get(field);
    if (given == null || (given.isString() && given.stringValue().isBlank())) {
      return null;
    }
    JsonNode list = given.isString() ? MessageReader.parse(given.stringValue()) : given;
    if (!(list instanceof ArrayNode)) {
      throw bad(row, field, "a list, or the JSON text of one", given);
    }
    ArrayNode items = Json.MAPPER.createArrayNode();
    for (JsonNode item :
        list) { // each may be JSON text, where a file cannot hold different objects
      JsonNode own = item.isString() ? MessageReader.parse(item.stringValue()) : item;
      JsonNode kept = own.isObject() ? own : item;
      boolean schema = !field.equals("documents") && row.place().isLine();
      items.add(schema ? MessageReader.withoutPadding(kept) : clean(row, kept));
    }
    return items;
  }

  private static JsonNode clean(Row row, JsonNode node) {
    return row.place().isLine() ? node : MessageReader.withoutNulls(node);
  }

  private static BadInput bad(Row row, String field, String what, JsonNode got) {
    return row.bad("field '" + field + "' must be " + what + ", got " + BadInput.brief(got));
  }
}
