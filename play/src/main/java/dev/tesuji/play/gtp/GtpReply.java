package dev.tesuji.play.gtp;

import java.io.PrintStream;

/// An answer that may begin before it is complete, as those of analysis do.
final class GtpReply {
  private final PrintStream out;
  private final String id;
  private boolean begun;

  GtpReply(PrintStream out, String id) {
    this.out = out;
    this.id = id;
  }

  /// Writes a line of the answer at once.
  void line(String line) {
    if (!begun) {
      out.print("=" + id + "\n");
      begun = true;
    }
    out.print(line + "\n");
    out.flush();
  }

  /// Returns whether nobody reads any more.
  boolean isClosed() {
    return out.checkError();
  }

  void succeed(String text) {
    // An empty line would end the answer.
    String body = text.stripTrailing().replaceAll("\n\\s*\n", "\n");
    if (begun) {
      out.print(body.isEmpty() ? "\n" : body + "\n\n");
    } else {
      out.print("=" + id + (body.isEmpty() ? "" : " ") + body + "\n\n");
    }
    out.flush();
  }

  void fail(String sentence) {
    String line = sentence.replaceAll("\\p{Cntrl}+", " ").strip();
    out.print((begun ? "" : "?" + id + " " + line) + (begun ? "\n" : "\n\n"));
    out.flush();
  }
}
