package dev.tesuji.math;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Reads answers that are one decimal number, which most are, without looking at them as
/// mathematics: `1,234`, `$5`, `-0.50`, `7.`, `\$18`.
final class PlainNumber {
  private static final int LONGEST = 60; // characters; longer ones are read as mathematics

  private PlainNumber() {}

  /// Returns the number; null where the text is anything else.
  static @Nullable BigDecimal read(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && (text.charAt(from) <= ' ' || text.charAt(from) == '$')) {
      from++;
    }
    boolean stop = false;
    while (from < to && isEnd(text.charAt(to - 1), stop)) {
      stop |= text.charAt(to - 1) == '.';
      to--;
    }
    if (from < to && text.charAt(from) == '\\' && from + 1 < to && text.charAt(from + 1) == '$') {
      from += 2;
    }
    if (to - from > LONGEST || from >= to) {
      return null;
    }
    return digits(text, from, to);
  }

  private static boolean isEnd(char c, boolean stopped) {
    return c <= ' ' || c == '$' || (c == '.' && !stopped);
  }

  private static @Nullable BigDecimal digits(String text, int from, int to) {
    StringBuilder number = new StringBuilder(to - from);
    int i = from;
    char sign = text.charAt(i);
    if (sign == '-' || sign == '+') {
      number.append(sign);
      i++;
    }
    int whole = i;
    int group = -1; // where the last separator of thousands stands
    int point = -1;
    for (; i < to; i++) {
      char c = text.charAt(i);
      if (Numerals.isDigit(c)) {
        number.append(c);
      } else if (c == '.' && point < 0 && (group < 0 || i - group == 4)) {
        number.append(c);
        point = i;
      } else if (c == ','
          && point < 0
          && i > whole
          && text.charAt(whole) != '0'
          && (group < 0 ? i - whole <= 3 : i - group == 4)) {
        group = i;
      } else {
        return null;
      }
    }
    boolean groupEnds = group < 0 || (point < 0 ? to : point) - group == 4;
    boolean hasDigit = number.chars().anyMatch(c -> c >= '0' && c <= '9');
    return groupEnds && hasDigit ? new BigDecimal(number.toString()) : null;
  }
}
