package dev.tesuji.mcp;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.openenv.OpenEnvServer;
import dev.tesuji.openenv.Session;
import tools.jackson.databind.node.ObjectNode;

/// A server behind a WebSocket, whose messages are put into OpenEnv's: `{"type": "mcp", "data":
/// MESSAGE}`. Such a server is not greeted.
final class SocketWire implements Wire {
  private final String server;
  private final Session session;

  SocketWire(McpServer.Socket socket, McpServer.Limits limits) {
    server = socket.toString();
    session = new Session(new OpenEnvServer(socket.url(), limits.answer(), limits.bytes()));
  }

  @Override
  public ObjectNode ask(ObjectNode request) {
    ObjectNode message = Json.MAPPER.createObjectNode().put("type", "mcp");
    message.set("data", request);
    ObjectNode answer = session.ask(message);
    boolean right =
        answer.path("type").asString("").equals("mcp")
            && answer.path("data").path("id").equals(request.path("id"));
    if (right && answer.path("data") instanceof ObjectNode data) {
      return data;
    }
    throw Wire.broken(
        Ending.TOOL_LIED,
        server,
        "must answer with a message of type mcp and our id, got " + BadInput.brief(answer),
        null);
  }

  @Override
  public void tell(ObjectNode notification) {
    throw new UnsupportedOperationException("nothing is told over a WebSocket");
  }

  @Override
  public boolean begins() {
    return false;
  }

  @Override
  public void close() {
    session.close();
  }
}
