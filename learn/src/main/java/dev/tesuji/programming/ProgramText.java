package dev.tesuji.programming;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The program in a response.
final class ProgramText {
  private static final Pattern FENCE =
      Pattern.compile("(?s)```[ \\t]*[\\w+#.-]*[ \\t]*\\r?\\n(.*?)(?:\\n[ \\t]*```|$)");
  private static final Pattern AFTER_BODY =
      Pattern.compile("\\n(?=(?:class |def |#|if |print|@|```|assert ))");

  private ProgramText() {}

  /// Returns the last fenced block after the thinking, else the answer in its tags, else all that
  /// follows the thinking.
  static String of(String response) {
    int thinking = response.lastIndexOf("</think>");
    String rest = thinking < 0 ? response : response.substring(thinking + "</think>".length());
    Matcher fence = FENCE.matcher(rest);
    String block = "";
    boolean fenced = false;
    while (fence.find()) {
      block = fence.group(1);
      fenced = true;
    }
    if (fenced) {
      return block;
    }
    int open = rest.lastIndexOf("<answer>");
    int close = rest.lastIndexOf("</answer>");
    return open >= 0 && close > open ? rest.substring(open + "<answer>".length(), close) : rest;
  }

  /// Returns a program that begins as it must.
  ///
  /// @param begun what it begins with where it does not define the function itself
  /// @param function the function's name; empty for any
  static String whole(String program, String begun, String function) {
    if (begun.isEmpty()
        || Pattern.compile("\\bdef\\s+" + Pattern.quote(function) + "\\b")
            .matcher(program)
            .find()) {
      return program;
    }
    return begun + AFTER_BODY.split(program, 2)[0] + "\n";
  }
}
