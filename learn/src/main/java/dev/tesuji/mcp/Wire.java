package dev.tesuji.mcp;

import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolTexts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A way to a server: sends a message and waits for the answer to it.
sealed interface Wire extends AutoCloseable permits StdioWire, HttpWire, SocketWire {
  /// As many messages that are none of ours as may come before an answer.
  int MOST_NOTICES = 1000;

  /// Asks.
  ///
  /// @param request with an `id`, which the answer must have too
  /// @throws ToolBroken when there is no answer that will do
  ObjectNode ask(ObjectNode request);

  /// Tells something that is not answered.
  ///
  /// @throws ToolBroken when it cannot be told
  void tell(ObjectNode notification);

  /// Takes the version of the protocol that the server chose.
  default void agreed(String protocol) {}

  /// Returns whether the server wants to be greeted before it is asked.
  default boolean begins() {
    return true;
  }

  @Override
  void close();

  /// Reads a message.
  ///
  /// @throws ToolBroken when it is no text, or no message
  static ObjectNode read(byte[] bytes, String server) {
    return ToolTexts.message(bytes, "the tools of " + server);
  }

  /// Answers what a server asks of us, which offers nothing but its presence.
  ///
  /// @return null where the message is a notice, or an answer to somebody else
  static @Nullable ObjectNode declined(ObjectNode message) {
    if (!message.has("method") || !message.has("id")) {
      return null;
    }
    ObjectNode answer = Json.MAPPER.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", message.path("id"));
    if (message.path("method").asString("").equals("ping")) {
      answer.putObject("result");
    } else {
      answer.putObject("error").put("code", -32601).put("message", "not offered");
    }
    return answer;
  }

  /// Makes the failure of a server.
  static ToolBroken broken(Ending ending, String server, String what, @Nullable Throwable cause) {
    return new ToolBroken(ending, "the tools of " + server + " " + what, cause);
  }
}
