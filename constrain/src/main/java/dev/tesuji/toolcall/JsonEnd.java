package dev.tesuji.toolcall;

/// Finds the end of an object of JSON in text that comes piece by piece.
final class JsonEnd {
  private int depth;
  private boolean text;
  private boolean escaped;

  /// Returns how many characters of the text from `from` belong to the object, counting its last
  /// brace where it ends there; [#ended] tells.
  int read(CharSequence characters, int from) {
    for (int i = from; i < characters.length(); i++) {
      char c = characters.charAt(i);
      if (escaped) {
        escaped = false;
      } else if (text) {
        escaped = c == '\\';
        text = c != '"';
      } else if (c == '"') {
        text = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
      if (depth <= 0) {
        return i + 1 - from;
      }
    }
    return characters.length() - from;
  }

  /// Returns whether the object has ended.
  boolean ended() {
    return depth <= 0;
  }
}
