package dev.tesuji.serve.model;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import dev.tesuji.toolcall.ToolFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds out how a model writes calls of tools: a template shows it in a conversation with one.
final class ToolFormats {
  private ToolFormats() {}

  /// Returns the format; that of Hermes where the template shows none.
  static ToolFormat of(ChatTemplate template) {
    ArrayNode tools = Json.MAPPER.createArrayNode();
    ObjectNode function = tools.addObject().put("type", "function").putObject("function");
    function.put("name", "look").put("description", "Looks.").putObject("parameters");
    ObjectNode call = Conversation.message("assistant", "");
    ObjectNode called = call.putArray("tool_calls").addObject().put("type", "function");
    called.put("id", "call_1").putObject("function").put("name", "look").putObject("arguments");
    Conversation conversation =
        new Conversation(
            List.of(Conversation.message("user", "Hello"), call), tools, null, Map.of());
    try {
      return ToolFormat.of(template.render(conversation, false).text()).orElse(ToolFormat.HERMES);
    } catch (BadInput e) {
      return ToolFormat.HERMES; // a template without tools
    }
  }
}
