package dev.tesuji.mcp;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import dev.tesuji.tools.ToolBroken;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
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
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw broken(Ending.TOOL_GARBLED, server, "answered with bytes that are no UTF-8", e);
    }
    try {
      if (Json.MAPPER.readTree(text) instanceof ObjectNode message) {
        return message;
      }
    } catch (JacksonException e) {
      throw broken(Ending.TOOL_LIED, server, "answered with no JSON: " + BadInput.brief(text), e);
    }
    throw broken(
        Ending.TOOL_LIED, server, "answered with no message: " + BadInput.brief(text), null);
  }

  /// Makes the failure of a server.
  static ToolBroken broken(Ending ending, String server, String what, @Nullable Throwable cause) {
    ToolBroken broken = new ToolBroken(ending, "the tools of " + server + " " + what);
    if (cause != null) {
      broken.initCause(cause);
    }
    return broken;
  }
}
