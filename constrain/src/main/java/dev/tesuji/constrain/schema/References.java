package dev.tesuji.constrain.schema;

import dev.tesuji.check.BadInput;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/// Finds what `$ref` points to inside the document.
record References(JsonNode root) {
  /// Returns the schema that a reference means.
  ///
  /// @throws BadInput when there is none, or it is in another document
  JsonNode target(String reference, String at) {
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw new BadInput(
          "$ref at "
              + at
              + " must point into the same schema (#/$defs/...), got '"
              + BadInput.brief(reference)
              + "'");
    }
    JsonNode node = root;
    for (String part : reference.equals("#") ? new String[0] : parts(reference, at)) {
      JsonNode next = null;
      if (node.isArray() && part.matches("\\d{1,8}")) {
        next = node.get(Integer.parseInt(part));
      } else if (node.isObject()) {
        next = node.get(part);
      }
      if (next == null) {
        throw new BadInput(
            "$ref at " + at + " must point to a schema, got '" + BadInput.brief(reference) + "'");
      }
      node = next;
    }
    return node;
  }

  private static String[] parts(String reference, String at) {
    String decoded;
    try {
      decoded =
          URLDecoder.decode(reference.substring(2).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadInput(
          "$ref at " + at + " must be a JSON pointer, got '" + BadInput.brief(reference) + "'", e);
    }
    String[] parts = decoded.split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].replace("~1", "/").replace("~0", "~");
    }
    return parts;
  }
}
