package dev.tesuji.math;

import java.text.Normalizer;
import java.util.regex.Pattern;

/// Writes an answer in the characters that the [Lexer] reads: emphasis and quotation marks are
/// taken off, digits and fractions of all scripts are written in ASCII.
final class Typography {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺";
  private static final String SUPERSCRIPTED = "0123456789-+";
  private static final Pattern HALF_OF_DAY = Pattern.compile("(?i)(?<=[\\d\\s])([ap])\\.\\s?m\\.?");

  private Typography() {}

  /// Writes a text plainly.
  static String plain(String text) {
    String stripped = withoutMarks(text.strip());
    if (stripped.indexOf("m.") > 0 || stripped.indexOf("M.") > 0 || stripped.indexOf(". m") > 0) {
      stripped = HALF_OF_DAY.matcher(stripped).replaceAll("$1m");
    }
    for (int i = 0; i < stripped.length(); i++) {
      if (stripped.charAt(i) >= 128) {
        return ascii(stripped);
      }
    }
    return stripped;
  }

  /// Takes off marks that stand on both sides.
  private static String withoutMarks(String text) {
    String rest = text;
    while (rest.length() > 2 && isPair(rest.charAt(0), rest.charAt(rest.length() - 1))) {
      rest = rest.substring(1, rest.length() - 1).strip();
    }
    return rest;
  }

  private static boolean isPair(char first, char last) {
    return switch (first) {
      case '*', '_', '`', '"' -> last == first;
      case '“' -> last == '”';
      case '‘' -> last == '’';
      default -> false;
    };
  }

  private static String ascii(String text) {
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int end = superscripts(text, i);
      if (end > i) {
        ascii.append("^{").append(lowered(text.substring(i, end))).append('}');
        i = end;
        continue;
      }
      ascii.append(ascii(c));
      i += Character.charCount(c);
    }
    return ascii.toString();
  }

  private static int superscripts(String text, int start) {
    int end = start;
    while (end < text.length() && SUPERSCRIPTS.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    return end;
  }

  private static String lowered(String superscripts) {
    StringBuilder lowered = new StringBuilder();
    for (int i = 0; i < superscripts.length(); i++) {
      lowered.append(SUPERSCRIPTED.charAt(SUPERSCRIPTS.indexOf(superscripts.charAt(i))));
    }
    return lowered.toString();
  }

  private static String ascii(int c) {
    if (Character.isDigit(c)) {
      return Integer.toString(Character.digit(c, 10));
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
      return Character.toString(c - 0xFEE0);
    }
    String[] fraction =
        Normalizer.normalize(Character.toString(c), Normalizer.Form.NFKC).split("\u2044", -1);
    return fraction.length == 2
        ? "\\frac{" + fraction[0] + "}{" + fraction[1] + "}"
        : Character.toString(c);
  }
}
