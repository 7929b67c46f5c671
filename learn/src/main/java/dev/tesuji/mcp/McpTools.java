package dev.tesuji.mcp;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolFault;
import dev.tesuji.tools.Toolbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a server, for one episode: the server is reached, or started, at the first call.
///
/// Whatever the server does costs this episode and no other: a process of its own has its own
/// memory, and ends with the episode.
public final class McpTools implements Toolbox {
  static final String VERSION = "2025-06-18";
  private static final int PAGES = 100;

  /// Errors that say that a message was no JSON, no request, or of an unknown method.
  private static final Set<Integer> OF_THE_PROTOCOL = Set.of(-32700, -32600, -32601);

  private final McpServer server;
  private final McpServer.Limits limits;
  private @Nullable Wire wire;
  private int asked;

  /// Makes the tools; nothing is started yet.
  public McpTools(McpServer server, McpServer.Limits limits) {
    this.server = server;
    this.limits = limits;
  }

  /// Asks a server once what tools it has.
  ///
  /// @return their descriptions, in OpenAI's schema
  /// @throws BadInput when it does not say
  public static List<ObjectNode> descriptions(McpServer server, McpServer.Limits limits) {
    try (McpTools tools = new McpTools(server, limits)) {
      return tools.list();
    } catch (ToolBroken e) {
      throw new BadInput(e.ending() + ": " + e.getMessage(), e);
    }
  }

  private List<ObjectNode> list() {
    List<ObjectNode> tools = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < PAGES; page++) {
      ObjectNode parameters = Json.MAPPER.createObjectNode();
      if (!cursor.isEmpty()) {
        parameters.put("cursor", cursor);
      }
      JsonNode result = ask("tools/list", parameters);
      for (JsonNode tool : result.path("tools")) {
        tools.add(description(tool));
      }
      cursor = result.path("nextCursor").asString("");
      if (cursor.isEmpty()) {
        break;
      }
    }
    if (tools.isEmpty()) {
      throw broken("have no tool");
    }
    return tools;
  }

  private ObjectNode description(JsonNode tool) {
    boolean right =
        tool.path("name").isString()
            && tool.path("inputSchema").path("type").asString("").equals("object");
    if (!right) {
      throw broken(
          "must describe each tool by a name and an inputSchema of type object, got "
              + BadInput.brief(tool));
    }
    ObjectNode described = Json.MAPPER.createObjectNode().put("type", "function");
    described
        .putObject("function")
        .put("name", tool.path("name").asString(""))
        .put("description", tool.path("description").asString(""))
        .set("parameters", tool.path("inputSchema"));
    return described;
  }

  private ToolBroken broken(String what) {
    return Wire.broken(Ending.TOOL_LIED, server.toString(), what, null);
  }

  @Override
  public String call(String name, ObjectNode arguments) throws ToolFault {
    ObjectNode parameters = Json.MAPPER.createObjectNode().put("name", name);
    parameters.set("arguments", arguments);
    ObjectNode answer = connected().ask(request("tools/call", parameters));
    if (isAboutTheCall(answer.path("error"))) {
      throw new ToolFault(answer.path("error").path("message").stringValue());
    }
    JsonNode result = result(answer);
    if (!result.path("content").isArray()) {
      throw broken("must answer a call with a list 'content', got " + BadInput.brief(result));
    }
    String text = text(result);
    if (result.path("isError").asBoolean(result.path("is_error").asBoolean(false))) {
      throw new ToolFault(text.isEmpty() ? "the tool failed" : text);
    }
    return text;
  }

  /// Returns what a result has to read: its texts and those of resources in it, else its structure.
  /// OpenEnv's servers write the protocol's fields in Python's way (`is_error`).
  private String text(JsonNode result) {
    List<String> texts = new ArrayList<>();
    for (JsonNode part : result.path("content")) {
      if (!part.path("type").isString()) {
        throw broken("must give each part of an answer a type, got " + BadInput.brief(part));
      }
      boolean resource = part.path("type").stringValue().equals("resource");
      JsonNode said = (resource ? part.path("resource") : part).path("text");
      if (said.isString()) {
        texts.add(said.stringValue());
      }
    }
    JsonNode structure =
        result.has("structuredContent")
            ? result.path("structuredContent")
            : result.path("structured_content");
    if (texts.isEmpty() && structure.isObject()) {
      texts.add(Json.line(structure));
    }
    return String.join("\n", texts);
  }

  private JsonNode ask(String method, ObjectNode parameters) {
    return result(connected().ask(request(method, parameters)));
  }

  private JsonNode result(JsonNode answer) {
    if (answer.has("error")) {
      throw broken("answered with an error: " + message(answer.path("error")));
    }
    if (!answer.path("result").isObject()) {
      throw broken("must answer with a result, got " + BadInput.brief(answer));
    }
    return answer.path("result");
  }

  private static String message(JsonNode error) {
    return BadInput.brief(error.path("message").isString() ? error.path("message") : error);
  }

  /// Returns whether an error is about what the policy asked for, such as arguments that the server
  /// does not take or that make its tool fail; the others are about what we sent.
  private static boolean isAboutTheCall(JsonNode error) {
    int code = error.path("code").asInt(0);
    return error.path("message").isString() && code != 0 && !OF_THE_PROTOCOL.contains(code);
  }

  private ObjectNode request(String method, ObjectNode parameters) {
    ObjectNode request = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
    request.put("id", ++asked).put("method", method).set("params", parameters);
    return request;
  }

  private Wire connected() {
    Wire there = wire;
    if (there == null) {
      there =
          switch (server) {
            case McpServer.Command command -> new StdioWire(command, limits);
            case McpServer.Address address -> new HttpWire(address, limits);
            case McpServer.Socket socket -> new SocketWire(socket, limits);
          };
      wire = there;
      if (!there.begins()) {
        return there;
      }
      ObjectNode hello = Json.MAPPER.createObjectNode().put("protocolVersion", VERSION);
      hello.putObject("capabilities");
      hello.putObject("clientInfo").put("name", "tesuji").put("version", "0.2.0");
      JsonNode chosen = ask("initialize", hello).path("protocolVersion");
      there.agreed(chosen.isString() ? chosen.stringValue() : VERSION);
      there.tell(
          Json.MAPPER
              .createObjectNode()
              .put("jsonrpc", "2.0")
              .put("method", "notifications/initialized"));
    }
    return there;
  }

  @Override
  public void close() {
    Wire there = wire;
    if (there != null) {
      there.close();
    }
  }
}
