package dev.tesuji.code;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When the output of a program counts as the one that is expected.
public enum Comparison {
  /// Line by line, without blanks at the ends of lines and blank lines at the end.
  LINES {
    @Override
    public boolean same(String output, String expected) {
      return lines(output).equals(lines(expected));
    }
  },
  /// As [#LINES], or word by word, where numbers are compared by value: `1.0` is `1`.
  NUMBERS {
    @Override
    public boolean same(String output, String expected) {
      List<String> got = lines(output);
      List<String> wanted = lines(expected);
      if (got.equals(wanted)) {
        return true;
      }
      if (got.size() != wanted.size()) {
        return false;
      }
      for (int i = 0; i < got.size(); i++) {
        if (!sameWords(got.get(i), wanted.get(i))) {
          return false;
        }
      }
      return true;
    }
  };

  private static final int LONGEST_NUMBER = 1000; // what is longer is compared as text

  /// Returns whether an output is the one that is expected.
  public abstract boolean same(String output, String expected);

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>(text.lines().map(String::stripTrailing).toList());
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  private static boolean sameWords(String line, String other) {
    String[] words = line.strip().split("\\s+", -1);
    String[] others = other.strip().split("\\s+", -1);
    if (words.length != others.length) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      if (!words[i].equals(others[i])) {
        BigDecimal a = number(words[i]);
        BigDecimal b = number(others[i]);
        if (a == null || b == null || a.compareTo(b) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static @Nullable BigDecimal number(String word) {
    if (word.length() > LONGEST_NUMBER) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(word);
      return Math.abs((long) number.scale()) > LONGEST_NUMBER ? null : number;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
