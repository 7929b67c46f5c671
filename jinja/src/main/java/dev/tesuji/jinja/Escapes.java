package dev.tesuji.jinja;

/// Resolves the escapes of a string in quotes, as Python does.
final class Escapes {
  private static final String SINGLE = "\\'\"abfnrtv";
  private static final String STANDS_FOR = "\\'\"\u0007\b\f\n\r\t\u000b";

  private Escapes() {}

  /// Returns the text that a string stands for; an escape that Python does not know stays as it is.
  ///
  /// @throws Trouble when `\x`, `\\u` or `\U` lacks digits
  static String resolve(String raw, int line) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i);
      if (c != '\\') {
        out.append(c);
        i++;
        continue;
      }
      char kind = raw.charAt(i + 1);
      int single = SINGLE.indexOf(kind);
      int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
      if (single >= 0) {
        out.append(STANDS_FOR.charAt(single));
        i += 2;
      } else if (digits > 0) {
        out.appendCodePoint(codePoint(raw, i + 2, digits, line));
        i += 2 + digits;
      } else if (kind >= '0' && kind <= '7') {
        int end = i + 1;
        int value = 0;
        while (end < raw.length()
            && end < i + 4
            && raw.charAt(end) >= '0'
            && raw.charAt(end) <= '7') {
          value = 8 * value + raw.charAt(end) - '0';
          end++;
        }
        out.appendCodePoint(value);
        i = end;
      } else if (kind == '\n') {
        i += 2; // a line that goes on
      } else {
        out.append(c);
        i++;
      }
    }
    return out.toString();
  }

  private static int codePoint(String raw, int from, int digits, int line) {
    if (from + digits <= raw.length()) {
      int value = 0;
      boolean whole = true;
      for (int i = from; i < from + digits; i++) {
        int digit = Character.digit(raw.charAt(i), 16);
        whole &= digit >= 0 && value < 1 << 24;
        value = 16 * value + Math.max(digit, 0);
      }
      if (whole && Character.isValidCodePoint(value)) {
        return value;
      }
    }
    throw new Trouble(line, "an escape of a string must have " + digits + " hexadecimal digits");
  }
}
