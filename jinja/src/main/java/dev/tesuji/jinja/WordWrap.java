package dev.tesuji.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Breaks a line into lines of a width, as Python's `textwrap.wrap` does with the settings of
/// jinja2's `wordwrap`: blanks stay as they are, except those at the ends of lines.
///
/// @param width the most characters of a line
/// @param breakWords whether a word that is longer than a line is cut
/// @param breakHyphens whether a word may be cut after a hyphen
record WordWrap(int width, boolean breakWords, boolean breakHyphens) {
  private static final String BLANK = "[\\t\\n\\x0b\\f\\r ]";
  private static final String NOT_BLANK = "[^\\t\\n\\x0b\\f\\r ]";
  private static final String MARKS = "[\\w!\"'&.,?]";
  private static final String LETTER = "[^\\d\\W]";

  /// The pieces that a line can be made of: blanks, a dash between words, a word up to a hyphen.
  private static final Pattern PIECES =
      Pattern.compile(
          BLANK
              + "+|(?<="
              + MARKS
              + ")-{2,}(?=\\w)|"
              + NOT_BLANK
              + "+?(?:-(?:(?<="
              + LETTER
              + "{2}-)|(?<="
              + LETTER
              + "-"
              + LETTER
              + "-))(?="
              + LETTER
              + "-?"
              + LETTER
              + ")|(?="
              + BLANK
              + "|\\z)|(?<="
              + MARKS
              + ")(?=-{2,}\\w))",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern WORDS = Pattern.compile(BLANK + "+|" + NOT_BLANK + "+");

  /// Returns the lines; none for an empty text.
  List<String> lines(String text) {
    if (width <= 0) {
      throw new Trouble("wordwrap needs a width above 0, got " + width);
    }
    List<String> pieces = pieces(text);
    List<String> lines = new ArrayList<>();
    int next = 0;
    while (next < pieces.size()) {
      if (!lines.isEmpty() && isBlank(pieces.get(next))) {
        next++;
      }
      List<String> line = new ArrayList<>();
      int length = 0;
      while (next < pieces.size() && length + size(pieces.get(next)) <= width) {
        length += size(pieces.get(next));
        line.add(pieces.get(next++));
      }
      if (next < pieces.size() && size(pieces.get(next)) > width) {
        int cut = breakWords ? cut(pieces.get(next), width - length) : line.isEmpty() ? -1 : 0;
        if (cut > 0) {
          line.add(pieces.get(next).substring(0, cut));
          pieces.set(next, pieces.get(next).substring(cut));
        } else if (cut < 0) {
          line.add(pieces.get(next++));
        }
      }
      if (!line.isEmpty() && isBlank(line.getLast())) {
        line.removeLast();
      }
      if (!line.isEmpty()) {
        lines.add(String.join("", line));
      }
    }
    return lines;
  }

  private List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    Matcher matcher = (breakHyphens ? PIECES : WORDS).matcher(text);
    int at = 0;
    while (matcher.find()) {
      if (matcher.start() > at) {
        pieces.add(text.substring(at, matcher.start()));
      }
      if (matcher.end() > matcher.start()) {
        pieces.add(matcher.group());
      }
      at = matcher.end();
    }
    if (at < text.length()) {
      pieces.add(text.substring(at));
    }
    return pieces;
  }

  /// Returns where a word that is longer than a line is cut, in UTF-16 units: at a hyphen in it
  /// where there is one with something before it.
  private int cut(String word, int room) {
    int space = Math.max(1, room);
    int end = word.offsetByCodePoints(0, Math.min(space, size(word)));
    if (breakHyphens && size(word) > space) {
      int hyphen = word.lastIndexOf('-', end - 1);
      if (hyphen > 0 && word.substring(0, hyphen).chars().anyMatch(c -> c != '-')) {
        return hyphen + 1;
      }
    }
    return room < 1 && width > 1 ? 0 : end;
  }

  private static boolean isBlank(String piece) {
    return Strings.strip(piece, null, true, true).isEmpty();
  }

  private static int size(String piece) {
    return piece.codePointCount(0, piece.length());
  }
}
