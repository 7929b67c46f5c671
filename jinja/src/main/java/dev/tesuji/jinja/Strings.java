package dev.tesuji.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Pure functions of strings with the results of Python's.
final class Strings {
  private Strings() {}

  /// Takes characters off the ends: those given, else whitespace.
  static String strip(String text, @Nullable String characters, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && goes(text.codePointAt(start), characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && goes(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean goes(int c, @Nullable String characters) {
    return characters == null ? Python.isSpace(c) : characters.indexOf(c) >= 0;
  }

  /// Splits at a separator, at most some times; a negative number is no limit.
  static List<String> split(String text, String separator, int most, boolean fromEnd) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    if (fromEnd) {
      int end = text.length();
      int at = text.lastIndexOf(separator, end - separator.length());
      while (at >= 0 && (most < 0 || parts.size() < most)) {
        parts.add(text.substring(at + separator.length(), end));
        end = at;
        at = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
      }
      rest = text.substring(0, end);
    } else {
      int start = 0;
      int at = text.indexOf(separator);
      while (at >= 0 && (most < 0 || parts.size() < most)) {
        parts.add(text.substring(start, at));
        start = at + separator.length();
        at = text.indexOf(separator, start);
      }
      rest = text.substring(start);
    }
    parts.add(rest);
    if (fromEnd) {
      Collections.reverse(parts);
    }
    return parts;
  }

  /// Splits at whitespace, at most some times; a negative number is no limit.
  static List<String> words(String text, int most, boolean fromEnd) {
    List<String> words = new ArrayList<>();
    String rest = strip(text, null, true, true);
    int start = 0;
    int end = rest.length();
    while (start < end && (most < 0 || words.size() < most)) {
      int cut = fromEnd ? end : start;
      while (fromEnd
          ? cut > start && !Python.isSpace(rest.charAt(cut - 1))
          : cut < end && !Python.isSpace(rest.charAt(cut))) {
        cut += fromEnd ? -1 : 1;
      }
      words.add(fromEnd ? rest.substring(cut, end) : rest.substring(start, cut));
      while (fromEnd
          ? cut > start && Python.isSpace(rest.charAt(cut - 1))
          : cut < end && Python.isSpace(rest.charAt(cut))) {
        cut += fromEnd ? -1 : 1;
      }
      start = fromEnd ? start : cut;
      end = fromEnd ? cut : end;
    }
    if (start < end) {
      words.add(
          fromEnd
              ? strip(text, null, false, true).substring(0, leading(text) + end)
              : strip(text, null, true, false).substring(start));
    }
    if (fromEnd) {
      Collections.reverse(words);
    }
    return words;
  }

  private static int leading(String text) {
    return text.length() - strip(text, null, true, false).length();
  }

  /// Splits into lines at any of the ends of lines that Python knows.
  static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if ("\n\r\u000b\f\u001c\u001d\u001e\u0085\u2028\u2029".indexOf(text.charAt(i)) >= 0) {
        int end = i;
        if (text.startsWith("\r\n", i)) {
          i++;
        }
        lines.add(text.substring(start, keepEnds ? i + 1 : end));
        start = i + 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /// Replaces a text by another, at most some times; a negative number is no limit.
  static String replace(String text, String old, String by, int most, Budget budget) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    int done = 0;
    while (most < 0 || done < most) {
      int at = old.isEmpty() && done == 0 ? 0 : next(text, old, start);
      if (at < 0) {
        break;
      }
      out.append(text, start, at).append(by);
      budget.fits(out.length());
      start = at + old.length();
      done++;
    }
    return out.append(text, start, text.length()).toString();
  }

  /// An empty text is found behind each character.
  private static int next(String text, String old, int start) {
    if (!old.isEmpty()) {
      return text.indexOf(old, start);
    }
    return start < text.length() ? text.offsetByCodePoints(start, 1) : -1;
  }

  static int count(String text, String wanted) {
    if (wanted.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1;
    }
    int n = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
      n++;
    }
    return n;
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return upper(text.substring(0, first)) + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /// Writes the first letter of each run of letters large and the others small.
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (int c : text.codePoints().toArray()) {
      boolean cased =
          Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
      out.appendCodePoint(
          !cased ? c : inside ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inside = cased;
    }
    return out.toString();
  }

  static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c ->
            out.append(
                Character.isUpperCase(c)
                    ? Character.toString(c).toLowerCase(Locale.ROOT)
                    : upper(Character.toString(c))));
    return out.toString();
  }

  static String expandTabs(String text, int width, Budget budget) {
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int blanks = c != '\t' || width == 0 ? 0 : width - column % width;
      if (c == '\t') {
        budget.characters(blanks);
        out.repeat(' ', blanks);
        budget.fits(out.length());
        column += blanks;
      } else {
        out.append(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return out.toString();
  }
}
