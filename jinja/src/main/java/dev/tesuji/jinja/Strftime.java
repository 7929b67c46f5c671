package dev.tesuji.jinja;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes a time as Python's `strftime` does over the GNU C library, in the language of computers,
/// English.
///
/// Between `%` and its letter may stand flags (`-` no padding, `_` blanks, `0` zeros, `^` large
/// letters, `#` other letters), a width and a modifier (`E`, `O`, which mean nothing here). Letters
/// that are not known stay as they are.
final class Strftime {
  private static final String FLAGS = "-_0^#+";

  private Strftime() {}

  /// The meaning of a letter.
  ///
  /// @param text its characters without padding
  /// @param pad what fills it up
  /// @param width how many characters it has at least
  private record Part(String text, char pad, int width) {
    static Part number(long value, int width) {
      return new Part(Long.toString(value), '0', width);
    }

    static Part blank(long value) {
      return new Part(Long.toString(value), ' ', 2);
    }

    static Part text(String text) {
      return new Part(text, ' ', 0);
    }

    String padded(char fill, int least) {
      return String.valueOf(fill).repeat(Math.max(0, least - text.length())) + text;
    }
  }

  /// Replaces each `%` and its letter.
  static String format(String format, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < format.length()) {
      int letter = format.charAt(i) == '%' ? letter(format, i + 1) : -1;
      if (letter < 0 || letter >= format.length()) {
        out.append(format.charAt(i++));
        continue;
      }
      String written = conversion(format.substring(i + 1, letter), format.charAt(letter), time);
      out.append(written == null ? format.substring(i, letter + 1) : written);
      i = letter + 1;
    }
    return out.toString();
  }

  /// Returns where the letter of a conversion stands.
  private static int letter(String format, int from) {
    int at = from;
    while (at < format.length() && FLAGS.indexOf(format.charAt(at)) >= 0) {
      at++;
    }
    while (at < format.length() && Character.digit(format.charAt(at), 10) >= 0) {
      at++;
    }
    boolean modified = at < format.length() && "EO".indexOf(format.charAt(at)) >= 0;
    return modified ? at + 1 : at;
  }

  private static @Nullable String conversion(String layout, char letter, LocalDateTime time) {
    Part part = part(letter, time);
    if (part == null) {
      return null;
    }
    int flags = 0;
    char pad = part.pad();
    boolean bare = false;
    String text = part.text();
    for (; flags < layout.length() && FLAGS.indexOf(layout.charAt(flags)) >= 0; flags++) {
      char flag = layout.charAt(flags);
      pad = flag == '_' ? ' ' : flag == '0' ? '0' : pad;
      bare = flag == '-' || (bare && flag != '_' && flag != '0');
      if (flag == '^') {
        text = text.toUpperCase(Locale.ROOT);
      } else if (flag == '#') {
        text =
            letter == 'p' || letter == 'Z'
                ? text.toLowerCase(Locale.ROOT)
                : text.toUpperCase(Locale.ROOT);
      }
    }
    int width = 0;
    for (int i = flags; i < layout.length() && Character.digit(layout.charAt(i), 10) >= 0; i++) {
      width = Math.min(1000, 10 * width + Character.digit(layout.charAt(i), 10));
    }
    int least = width > 0 ? width : bare ? 0 : part.width();
    return new Part(text, pad, 0).padded(pad, least);
  }

  private static @Nullable Part part(char letter, LocalDateTime time) {
    int day = time.getDayOfWeek().getValue(); // 1 is Monday
    int hour = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    int isoYear = time.get(IsoFields.WEEK_BASED_YEAR);
    return switch (letter) {
      case 'd' -> Part.number(time.getDayOfMonth(), 2);
      case 'e' -> Part.blank(time.getDayOfMonth());
      case 'f' -> Part.number(time.getNano() / 1000, 6);
      case 'g' -> Part.number(Math.floorMod(isoYear, 100), 2);
      case 'G' -> Part.number(isoYear, 0);
      case 'C' -> Part.number(Math.floorDiv(time.getYear(), 100), 2);
      case 'H' -> Part.number(time.getHour(), 2);
      case 'I' -> Part.number(hour, 2);
      case 'j' -> Part.number(time.getDayOfYear(), 3);
      case 'k' -> Part.blank(time.getHour());
      case 'l' -> Part.blank(hour);
      case 'm' -> Part.number(time.getMonthValue(), 2);
      case 'M' -> Part.number(time.getMinute(), 2);
      case 's' -> Part.number(time.atZone(ZoneId.systemDefault()).toEpochSecond(), 1);
      case 'S' -> Part.number(time.getSecond(), 2);
      case 'u' -> Part.number(day, 1);
      case 'w' -> Part.number(day % 7, 1);
      case 'U' -> Part.number((time.getDayOfYear() + 6 - day % 7) / 7, 2);
      case 'W' -> Part.number((time.getDayOfYear() + 7 - day) / 7, 2);
      case 'V' -> Part.number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'y' -> Part.number(Math.floorMod(time.getYear(), 100), 2);
      case 'Y' -> Part.number(time.get(ChronoField.YEAR), 0);
      default -> words(letter, time);
    };
  }

  private static @Nullable Part words(char letter, LocalDateTime time) {
    String pattern =
        switch (letter) {
          case 'a' -> "EEE";
          case 'A' -> "EEEE";
          case 'b', 'h' -> "MMM";
          case 'B' -> "MMMM";
          case 'c' -> "EEE MMM ppd HH:mm:ss uuuu";
          case 'D', 'x' -> "MM/dd/yy";
          case 'F' -> "uuuu-MM-dd";
          case 'p', 'P' -> "a";
          case 'r' -> "hh:mm:ss a";
          case 'R' -> "HH:mm";
          case 'T', 'X' -> "HH:mm:ss";
          default -> "";
        };
    if (!pattern.isEmpty()) {
      String text = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
      return Part.text(letter == 'P' ? text.toLowerCase(Locale.ROOT) : text);
    }
    return switch (letter) {
      case '%' -> Part.text("%");
      case 'n' -> Part.text("\n");
      case 't' -> Part.text("\t");
      case 'z', 'Z' -> Part.text(""); // Python's datetime.now() knows no zone
      default -> null;
    };
  }
}
