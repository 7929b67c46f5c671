package dev.tesuji.math;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads numbers that are written in words: `twenty-one`, `two hundred and five`, `one half`,
/// `three quarters`. Digits with a word after them, such as `5 tenths`, are not read.
final class NumberWords {
  private static final int MOST_WORDS = 12;
  private static final Pattern WORDS = Pattern.compile("[A-Za-z]+(?:[ -][A-Za-z]+)*\\.?");
  private static final Pattern BETWEEN = Pattern.compile("[ .-]+");

  private static final Map<String, Integer> SMALL =
      Map.ofEntries(
          Map.entry("zero", 0),
          Map.entry("one", 1),
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10),
          Map.entry("eleven", 11),
          Map.entry("twelve", 12),
          Map.entry("thirteen", 13),
          Map.entry("fourteen", 14),
          Map.entry("fifteen", 15),
          Map.entry("sixteen", 16),
          Map.entry("seventeen", 17),
          Map.entry("eighteen", 18),
          Map.entry("nineteen", 19));

  private static final List<String> TENS =
      List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

  private static final Map<String, Long> SCALES =
      Map.of("thousand", 1_000L, "million", 1_000_000L, "billion", 1_000_000_000L);

  private static final Map<String, Integer> PARTS =
      Map.ofEntries(
          Map.entry("half", 2),
          Map.entry("halves", 2),
          Map.entry("third", 3),
          Map.entry("thirds", 3),
          Map.entry("quarter", 4),
          Map.entry("quarters", 4),
          Map.entry("fourth", 4),
          Map.entry("fourths", 4),
          Map.entry("fifth", 5),
          Map.entry("fifths", 5),
          Map.entry("sixth", 6),
          Map.entry("sixths", 6),
          Map.entry("eighth", 8),
          Map.entry("eighths", 8),
          Map.entry("tenth", 10),
          Map.entry("tenths", 10));

  private NumberWords() {}

  /// Reads a text that is one number in words; empty where it is anything else.
  static Optional<Rational> read(String text) {
    if (text.length() > 100 || !WORDS.matcher(text).matches()) {
      return Optional.empty();
    }
    List<String> words = List.of(BETWEEN.split(text.toLowerCase(Locale.ROOT), 0));
    if (words.size() > MOST_WORDS) {
      return Optional.empty();
    }
    boolean minus = words.getFirst().equals("minus") || words.getFirst().equals("negative");
    Optional<Rational> size = size(minus ? words.subList(1, words.size()) : words);
    return minus ? size.map(Rational::negate) : size;
  }

  private static Optional<Rational> size(List<String> words) {
    if (words.isEmpty()) {
      return Optional.empty();
    }
    Integer part = PARTS.get(words.getLast());
    if (part == null) {
      return whole(words).map(Rational::of);
    }
    List<String> before = words.subList(0, words.size() - 1);
    if (before.equals(List.of("a"))) {
      return Optional.of(Rational.of(part).reciprocal());
    }
    return before.size() == 1
        ? whole(before).map(n -> Rational.of(n).times(Rational.of(part).reciprocal()))
        : Optional.empty();
  }

  /// Reads a whole number: its parts must come in falling order.
  private static Optional<Long> whole(List<String> words) {
    long total = 0;
    long group = -1; // below a thousand; -1 before its first word
    long scale = Long.MAX_VALUE;
    for (String word : words) {
      Integer small = SMALL.get(word);
      int tens = TENS.indexOf(word);
      Long larger = SCALES.get(word);
      if (small != null && fits(group, small)) {
        group = Math.max(group, 0) + small;
      } else if (tens >= 0 && (group < 0 || (group > 0 && group % 100 == 0))) {
        group = Math.max(group, 0) + 20 + 10L * tens;
      } else if (word.equals("hundred") && group > 0 && group < 10) {
        group *= 100;
      } else if (larger != null && group > 0 && larger < scale) {
        total += group * larger;
        scale = larger;
        group = -1;
      } else if (!word.equals("and") || group <= 0 || group % 100 != 0) {
        return Optional.empty();
      }
    }
    boolean ends = SMALL.containsKey(words.getLast()) || !words.getLast().equals("and");
    return ends && (group >= 0 || total > 0)
        ? Optional.of(total + Math.max(group, 0))
        : Optional.empty();
  }

  private static boolean fits(long group, int small) {
    return group < 0
        || (small > 0
            && group > 0
            && (group % 100 == 0 || (group % 100 >= 20 && group % 10 == 0 && small < 10)));
  }
}
