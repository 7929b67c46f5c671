package dev.tesuji.instruction;

import dev.tesuji.language.LanguageShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

/// Checks of words, letters and languages.
final class Words {
  private static final int ANY_CASE =
      Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
  private static final Pattern PUNCTUATION =
      Pattern.compile("[,;:@#$%&?!\"()\\[\\]{}<>]|--|\\.\\.\\.");
  private static final Pattern CONTRACTION =
      Pattern.compile("(?i)(?<=\\p{L})('(?:s|m|d|ll|re|ve)|n't)(?!\\p{L})");

  /// Languages that are told apart by more than their script; of a script where there are several.
  private static final List<List<String>> ALIKE =
      List.of(
          List.of("en", "es", "pt", "fr", "de", "it", "pl", "vi", "sw", "fi"),
          List.of("ru", "uk", "bg"),
          List.of("ar", "ur", "fa"),
          List.of("hi", "mr"));

  private Words() {}

  /// Checks that every keyword occurs.
  static Predicate<String> all(List<String> keywords) {
    List<Pattern> patterns = keywords.stream().map(k -> Pattern.compile(k, ANY_CASE)).toList();
    return text -> patterns.stream().allMatch(p -> p.matcher(text).find());
  }

  /// Checks that no word occurs as a word.
  static Predicate<String> none(List<String> words) {
    List<Pattern> patterns =
        words.stream().map(w -> Pattern.compile("\\b" + w + "\\b", ANY_CASE)).toList();
    return text -> patterns.stream().noneMatch(p -> p.matcher(text).find());
  }

  /// Counts a keyword.
  static ToIntFunction<String> occurrences(String keyword) {
    Pattern pattern = Pattern.compile(keyword, ANY_CASE);
    return text -> (int) pattern.matcher(text).results().count();
  }

  /// Counts a letter, in capitals or not.
  static ToIntFunction<String> letters(String letter) {
    int wanted = letter.toLowerCase(Locale.ROOT).codePointAt(0);
    return text ->
        (int) text.toLowerCase(Locale.ROOT).codePoints().filter(c -> c == wanted).count();
  }

  /// Counts words that are all in capitals.
  static int capitals(String text) {
    String apart = CONTRACTION.matcher(text).replaceAll(" $1");
    int count = 0;
    for (String word : PUNCTUATION.matcher(apart).replaceAll(" ").split("\\s+", -1)) {
      count += isUpper(word) ? 1 : 0;
    }
    return count;
  }

  /// Returns whether there is a letter with capitals, and none that is not one.
  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  /// Returns whether there is a small letter, and no capital one.
  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /// Checks that more than half of the words are in a language; true of a text without letters.
  ///
  /// @throws IllegalArgumentException when the language is not known
  static Predicate<String> inLanguage(String code) {
    List<String> others =
        ALIKE.stream()
            .filter(l -> l.contains(code))
            .findFirst()
            .map(l -> {
              List<String> rest = new ArrayList<>(l);
              rest.remove(code);
              return rest;
            })
            .orElseGet(ArrayList::new);
    LanguageShare share = new LanguageShare(code, others);
    return text -> text.codePoints().noneMatch(Character::isLetter) || share.of(text) > 0.5;
  }
}
