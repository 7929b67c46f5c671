package dev.tesuji.math;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads numerals with their separators of thousands.
///
/// A comma separates thousands where groups of three digits follow it; within brackets it separates
/// items, unless other commas there have a space after them and this one has none.
final class Numerals {
  private static final Pattern SURE_SEPARATORS =
      Pattern.compile("\\d{1,3}(?:(?: ?\\{ ?, ?\\} ?|,\\\\! ?|\\\\,)\\d{3})+(?!\\d)");
  private static final Pattern COMMAS = Pattern.compile("\\d{1,3}(?:,\\d{3})+(?![\\d,])");
  private static final Pattern SPACES =
      Pattern.compile(
          "[1-9]\\d{0,2}(?:(?: |\\\\ |\\\\,|\\u202f|\\u00a0)\\d{3})+(?![\\d/])(?! [\\d/])");
  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final Pattern NO_DIGIT = Pattern.compile("[^\\d]");
  private static final Pattern REST =
      Pattern.compile(
          "(?<point>\\.\\d+|\\.(?=[^.\\d]|$))?(?<repeat>\\\\overline\\{\\d{1,50}\\})?"
              + "(?<exponent>[eE][-+]?\\d{1,9}(?![a-zA-Z\\d]))?");

  private final String text;
  private final boolean spacedCommas;

  Numerals(String text) {
    this.text = text;
    this.spacedCommas = text.contains(", ");
  }

  /// A numeral.
  ///
  /// @param digits what a [java.math.BigDecimal] reads, but for a repeating end in brackets:
  ///   `0.1(6)`
  /// @param end where it ends in the text
  record Found(String digits, int end) {}

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Reads the numeral that begins at a digit or point.
  Found at(int start, boolean bracketed) {
    int end = start;
    if (isDigit(text.charAt(start))) {
      end = whole(start, bracketed);
    }
    String digits = NO_DIGIT.matcher(text.substring(start, end)).replaceAll("");
    Matcher rest = REST.matcher(text).region(end, text.length());
    if (!rest.lookingAt()) {
      return new Found(digits, end);
    }
    StringBuilder all = new StringBuilder(digits.isEmpty() ? "0" : digits);
    if (rest.group("point") != null) {
      all.append(rest.group("point").length() == 1 ? "" : rest.group("point"));
    }
    if (rest.group("repeat") != null && rest.group("point") != null) {
      all.append('(').append(NO_DIGIT.matcher(rest.group("repeat")).replaceAll("")).append(')');
    } else if (rest.group("repeat") != null) {
      return new Found(digits, end);
    }
    if (rest.group("exponent") != null) {
      all.append(rest.group("exponent"));
    }
    return new Found(all.toString(), rest.end());
  }

  private int whole(int start, boolean bracketed) {
    Matcher sure = SURE_SEPARATORS.matcher(text).region(start, text.length());
    if (sure.lookingAt()) {
      return sure.end();
    }
    Matcher commas = COMMAS.matcher(text).region(start, text.length());
    boolean listed = (bracketed && !spacedCommas) || text.charAt(start) == '0';
    if (!listed && !continuesList(start) && commas.lookingAt()) {
      return commas.end();
    }
    Matcher spaces = SPACES.matcher(text).region(start, text.length());
    if (spaces.lookingAt()) {
      return spaces.end();
    }
    Matcher digits = DIGITS.matcher(text).region(start, text.length());
    return digits.lookingAt() ? digits.end() : start;
  }

  /// Returns whether a comma without space and a digit before it precede, as in `10,20,300`.
  private boolean continuesList(int start) {
    return start > 1 && text.charAt(start - 1) == ',' && isDigit(text.charAt(start - 2));
  }
}
