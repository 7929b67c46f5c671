package dev.tesuji.tools;

import dev.tesuji.check.BadInput;
import dev.tesuji.env.Ending;
import dev.tesuji.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Texts that come from outside, as they are let in.
public final class ToolTexts {
  private ToolTexts() {}

  /// Reads a message of a server.
  ///
  /// @param who sent it, such as `the tools of node server.js`
  /// @throws ToolBroken when it is no text, or no object of JSON
  public static ObjectNode message(byte[] bytes, String who) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ToolBroken(Ending.TOOL_GARBLED, who + " answered with bytes that are no UTF-8", e);
    }
    try {
      if (Json.MAPPER.readTree(text) instanceof ObjectNode message) {
        return message;
      }
    } catch (JacksonException e) {
      throw new ToolBroken(
          Ending.TOOL_LIED, who + " answered with no JSON: " + BadInput.brief(text), e);
    }
    throw new ToolBroken(
        Ending.TOOL_LIED, who + " answered with no message: " + BadInput.brief(text));
  }

  /// Returns a text as the policy reads it: no longer than it may be, and Unicode, even where a
  /// pair of surrogates was cut in two.
  public static String shown(String text, int most) {
    String shown = text.length() > most ? text.substring(0, most) + " [cut off]" : text;
    return Json.isUnicode(shown) ? shown : shown.replaceAll("[\\ud800-\\udfff]", "?");
  }
}
