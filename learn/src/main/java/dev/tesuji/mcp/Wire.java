package dev.tesuji.mcp;

import dev.tesuji.env.Ending;
import dev.tesuji.tools.ToolBroken;
import dev.tesuji.tools.ToolTexts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A way to a server: sends a message and waits for the answer to it.
sealed interface Wire extends AutoCloseable permits StdioWire, HttpWire, SocketWire {
  /// Asks.
  ///
  /// @param request with an `id`, which the answer must have too
  /// @throws ToolBroken when there is no answer that will do
  ObjectNode ask(ObjectNode request);

  /// Tells something that is not answered.
  ///
  /// @throws ToolBroken when it cannot be told
  void tell(ObjectNode notification);

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

  /// Makes the failure of a server.
  static ToolBroken broken(Ending ending, String server, String what, @Nullable Throwable cause) {
    return new ToolBroken(ending, "the tools of " + server + " " + what, cause);
  }
}
