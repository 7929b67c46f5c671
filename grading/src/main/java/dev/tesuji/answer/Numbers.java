package dev.tesuji.answer;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds numbers in text and compares them by value.
public final class Numbers {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?|[-+]?\\.\\d+");
  private static final Pattern DECORATION = Pattern.compile("[\\s$€£%]|\\\\[$%,;! ]|\\.$");
  private static final int LONGEST = 400; // digits; a model's loop is no number

  private Numbers() {}

  /// Reads a text that is one number: `1,234`, `$5`, `-0.50`, `7.`.
  public static Optional<BigDecimal> parse(String text) {
    String plain = DECORATION.matcher(text.strip()).replaceAll("");
    return plain.length() <= LONGEST && NUMBER.matcher(plain).matches()
        ? Optional.of(new BigDecimal(plain.replace(",", "")))
        : Optional.empty();
  }

  /// Finds the last number in a text; empty text where there is none.
  public static String last(String text) {
    Matcher m = NUMBER.matcher(text);
    String found = "";
    while (m.find()) {
      found = m.group();
    }
    return found;
  }

  /// Grades an answer against a gold number.
  public static Verdict compare(String gold, String answer) {
    Optional<BigDecimal> want = parse(gold);
    if (want.isEmpty()) {
      return Verdict.UNPARSEABLE;
    }
    Optional<BigDecimal> got = parse(answer);
    return got.isPresent() && got.get().compareTo(want.get()) == 0
        ? Verdict.CORRECT
        : Verdict.WRONG;
  }
}
