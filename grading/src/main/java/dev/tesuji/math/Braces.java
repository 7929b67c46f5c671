package dev.tesuji.math;

/// Finds where braces are closed; what a backslash escapes is no brace.
final class Braces {
  private Braces() {}

  /// Returns for every brace that opens where it is closed, -1 where it is not.
  static int[] closings(String text) {
    int[] closing = new int[text.length()];
    int[] open = new int[text.length()];
    int level = 0;
    for (int i = 0; i < text.length(); i++) {
      closing[i] = -1;
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '{') {
        open[level++] = i;
      } else if (c == '}' && level > 0) {
        closing[open[--level]] = i;
      }
    }
    return closing;
  }

  /// Returns where the brace that opens here is closed, -1 where it is not.
  static int closing(String text, int brace) {
    int level = 0;
    for (int i = brace; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else {
        level += c == '{' ? 1 : c == '}' ? -1 : 0;
        if (level == 0) {
          return i;
        }
      }
    }
    return -1;
  }
}
