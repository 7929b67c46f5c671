package dev.tesuji.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Writes a time as C's `strftime` does in the language of computers, English.
final class Strftime {
  private Strftime() {}

  /// Replaces each `%` and its letter; `%-d` leaves leading zeros out. Unknown letters stay.
  static String format(String format, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      char c = format.charAt(i++);
      if (c != '%' || i == format.length()) {
        out.append(c);
        continue;
      }
      boolean bare = format.charAt(i) == '-' && i + 1 < format.length();
      i += bare ? 1 : 0;
      String part = part(format.charAt(i++), time);
      out.append(bare && part.length() > 1 && part.startsWith("0") ? part.substring(1) : part);
    }
    return out.toString();
  }

  private static String part(char letter, LocalDateTime time) {
    String pattern =
        switch (letter) {
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b', 'h' -> "MMM";
          case 'B' -> "MMMM";
          case 'c' -> "EEE MMM ppd HH:mm:ss uuuu";
          case 'd' -> "dd";
          case 'D', 'x' -> "MM/dd/yy";
          case 'e' -> "ppd";
          case 'f' -> "SSSSSS";
          case 'F' -> "uuuu-MM-dd";
          case 'G' -> "YYYY";
          case 'H' -> "HH";
          case 'I' -> "hh";
          case 'j' -> "DDD";
          case 'm' -> "MM";
          case 'M' -> "mm";
          case 'p' -> "a";
          case 'R' -> "HH:mm";
          case 'S' -> "ss";
          case 'T', 'X' -> "HH:mm:ss";
          case 'y' -> "yy";
          case 'Y' -> "uuuu";
          default -> "";
        };
    if (!pattern.isEmpty()) {
      return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
    }
    return switch (letter) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'z', 'Z' -> ""; // Python's datetime.now() knows no zone
      default -> "%" + letter;
    };
  }
}
