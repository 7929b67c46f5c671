package dev.tesuji.instruction;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts of words, sentences and paragraphs.
final class Lengths {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");
  private static final Pattern SENTENCE_END =
      Pattern.compile("(\\S*?)([.!?]+)[\"')\\]}»”’*]*(?=\\s|$)");
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e", "no", "inc",
          "co", "corp", "ltd", "u.s", "u.k", "a.m", "p.m", "p.s", "p.p.s", "jan", "feb", "aug",
          "sept", "oct", "nov", "dec", "fig", "gen", "gov", "rep", "sen", "col");
  private static final Pattern INITIAL = Pattern.compile("[A-Z]");
  private static final Pattern STARS = Pattern.compile("\\s?\\*\\*\\*\\s?");
  private static final String ENDS = ".,?!'\"";

  private Lengths() {}

  /// Counts words: stretches of letters, digits and `_`.
  static long words(String text) {
    return WORD.matcher(text).results().count();
  }

  /// Counts sentences.
  static long sentences(String text) {
    int count = 0;
    int from = 0;
    Matcher end = SENTENCE_END.matcher(text);
    while (end.find()) {
      String word = end.group(1).replaceFirst("^[\"'(\\[{«“‘*]+", "");
      boolean abbreviated =
          end.group(2).equals(".")
              && (ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT))
                  || INITIAL.matcher(word).matches());
      if (!abbreviated || end.end() == text.length()) {
        count++;
        from = end.end();
      }
    }
    return text.substring(from).isBlank() ? count : count + 1;
  }

  /// Counts paragraphs, which stand between lines of three stars; -1 where one between others is
  /// empty.
  static int paragraphs(String text) {
    List<String> parts = List.of(STARS.split(text, -1));
    int count = parts.size();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).isBlank()) {
        if (i != 0 && i != parts.size() - 1) {
          return -1;
        }
        count--;
      }
    }
    return count;
  }

  /// Checks how many paragraphs there are, between empty lines, and with which word one begins.
  static Predicate<String> firstWord(int wanted, int nth, String word) {
    return text -> {
      List<String> parts = List.of(text.split("\n\n", -1));
      long count = parts.stream().filter(p -> !p.isBlank()).count();
      if (nth > count || nth < 1) {
        return false;
      }
      String paragraph = parts.get(nth - 1).strip();
      return !paragraph.isEmpty()
          && count == wanted
          && beginning(paragraph).equals(word.toLowerCase(Locale.ROOT));
    };
  }

  private static String beginning(String paragraph) {
    String word = paragraph.split("\\s+", 2)[0].replaceFirst("^'+", "").replaceFirst("^\"+", "");
    int end = 0;
    while (end < word.length() && ENDS.indexOf(word.charAt(end)) < 0) {
      end++;
    }
    return word.substring(0, end).toLowerCase(Locale.ROOT);
  }
}
