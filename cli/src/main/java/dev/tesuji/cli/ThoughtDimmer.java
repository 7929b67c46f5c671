package dev.tesuji.cli;

import java.io.PrintStream;

/// Prints a text that arrives in pieces, what stands between `<think>` and `</think>` dimmed.
final class ThoughtDimmer {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";
  private static final String DIM = "\u001b[2m";
  private static final String BRIGHT = "\u001b[0m";

  private final PrintStream out;
  private final boolean dims;
  private boolean thinking;
  private String held = ""; // may be the beginning of a tag

  /// Starts at the beginning of a text.
  ///
  /// @param dims whether the terminal understands it; else the text is printed as it is
  /// @param thinking whether the text begins inside of a thought
  ThoughtDimmer(PrintStream out, boolean dims, boolean thinking) {
    this.out = out;
    this.dims = dims;
    this.thinking = thinking;
    out.print(dims && thinking ? DIM : "");
  }

  /// Prints a piece, but for an end that may become a tag.
  void print(String piece) {
    String text = held + piece;
    held = "";
    while (dims && !text.isEmpty()) {
      String tag = thinking ? CLOSE : OPEN;
      int at = text.indexOf(tag);
      if (at < 0) {
        int keep = beginningOf(tag, text);
        held = text.substring(text.length() - keep);
        text = text.substring(0, text.length() - keep);
        break;
      }
      out.print(text.substring(0, at));
      out.print(thinking ? tag + BRIGHT : DIM + tag);
      thinking = !thinking;
      text = text.substring(at + tag.length());
    }
    out.print(text);
    out.flush();
  }

  /// Prints what was held back and leaves the terminal bright.
  void end() {
    out.println(held + (dims && thinking ? BRIGHT : ""));
    held = "";
    out.flush();
  }

  /// Returns how many characters at the end of a text are the beginning of a tag.
  private static int beginningOf(String tag, String text) {
    int most = Math.min(tag.length() - 1, text.length());
    while (most > 0 && !text.endsWith(tag.substring(0, most))) {
      most--;
    }
    return most;
  }
}
