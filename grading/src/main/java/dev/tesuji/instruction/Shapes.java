package dev.tesuji.instruction;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Checks of how a response begins, ends and falls into parts.
final class Shapes {
  private static final String BETWEEN = "******";

  private Shapes() {}

  /// Returns whether there are two different responses with six stars between them.
  static boolean isTwoResponses(String text) {
    List<String> parts = List.of(text.split(Pattern.quote(BETWEEN), -1));
    List<String> said = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (!parts.get(i).isBlank()) {
        said.add(parts.get(i).strip());
      } else if (i != 0 && i != parts.size() - 1) {
        return false;
      }
    }
    return said.size() == 2 && !said.get(0).equals(said.get(1));
  }

  /// Checks that a response begins with a text, in capitals or not.
  static Predicate<String> beginsWith(String beginning) {
    String wanted = beginning.strip().toLowerCase(Locale.ROOT);
    return text -> text.strip().toLowerCase(Locale.ROOT).startsWith(wanted);
  }

  /// Checks that a response ends with a text, in capitals or not, perhaps before a quotation mark.
  static Predicate<String> endsWith(String end) {
    String wanted = end.strip().toLowerCase(Locale.ROOT);
    return text ->
        text.strip().replaceAll("^\"+|\"+$", "").toLowerCase(Locale.ROOT).endsWith(wanted);
  }

  /// Returns whether a whole response stands in double quotation marks.
  static boolean isQuoted(String text) {
    String bare = text.strip();
    return bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"");
  }
}
