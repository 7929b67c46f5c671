package dev.tesuji.play.gtp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command as it was sent.
///
/// @param id the number that the answer repeats; empty for none
/// @param command its name; empty where a number stands alone
record GtpLine(String id, String command, GtpArguments arguments) {
  /// Reads a line: control characters are nothing, a tab is a space, `#` begins a comment. Returns
  /// null for a line that says nothing.
  static @Nullable GtpLine parse(String line) {
    int comment = line.indexOf('#');
    String text = (comment < 0 ? line : line.substring(0, comment)).replace('\t', ' ');
    text = text.replaceAll("\\p{Cntrl}", "").strip();
    if (text.isEmpty()) {
      return null;
    }
    List<String> words = List.of(text.split(" +", -1));
    boolean numbered = words.getFirst().matches("[0-9]+");
    String id = numbered ? words.getFirst() : "";
    List<String> rest = numbered ? words.subList(1, words.size()) : words;
    if (rest.isEmpty()) {
      return new GtpLine(id, "", new GtpArguments(rest));
    }
    return new GtpLine(id, rest.getFirst(), new GtpArguments(rest.subList(1, rest.size())));
  }
}
