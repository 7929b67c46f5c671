package dev.tesuji.language;

import static java.lang.Character.UnicodeScript.*;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The scripts that languages are written in, and the words of a text by their script.
public final class Scripts {
  /// Scripts written without spaces: each letter counts as a word.
  private static final Set<UnicodeScript> UNSPACED =
      Set.of(HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR);

  private static final Pattern FORMULA =
      Pattern.compile(
          "\\$[^$\n]*\\$|\\\\\\(.*?\\\\\\)|\\\\\\[.*?\\\\]|\\\\[a-zA-Z]+", Pattern.DOTALL);

  private static final Map<String, Set<UnicodeScript>> BY_LANGUAGE = new TreeMap<>();

  static {
    put(
        "af az bs ca cs cy da de en eo es et eu fi fr ga hr hu id is it la lt lv mi ms nb nl nn no"
            + " pl pt ro sk sl sn so sq st sv sw tl tn tr ts vi xh yo zu",
        LATIN);
    put("be bg kk mk mn ru sr uk", CYRILLIC);
    put("ar fa ur", ARABIC);
    put("hi mr ne", DEVANAGARI);
    put("zh", HAN);
    put("ja", HAN, HIRAGANA, KATAKANA);
    put("ko", HANGUL);
    put("el", GREEK);
    put("he", HEBREW);
    put("th", THAI);
    put("lo", LAO);
    put("km", KHMER);
    put("my", MYANMAR);
    put("ka", GEORGIAN);
    put("hy", ARMENIAN);
    put("am", ETHIOPIC);
    put("bn", BENGALI);
    put("gu", GUJARATI);
    put("pa", GURMUKHI);
    put("ta", TAMIL);
    put("te", TELUGU);
  }

  private Scripts() {}

  private static void put(String languages, UnicodeScript... scripts) {
    for (String language : languages.split(" ", -1)) {
      BY_LANGUAGE.put(language, Set.of(scripts));
    }
  }

  /// Returns the scripts of a language.
  ///
  /// @param language a code of ISO 639-1, such as `en`
  /// @throws IllegalArgumentException when it is not known
  public static Set<UnicodeScript> of(String language) {
    Set<UnicodeScript> scripts = BY_LANGUAGE.get(language);
    if (scripts == null) {
      throw new IllegalArgumentException(
          "language must be a code of ISO 639-1 that Tesuji knows the script of, got '"
              + language
              + "' (known: "
              + String.join(", ", BY_LANGUAGE.keySet())
              + ")");
    }
    return scripts;
  }

  /// Returns a text without its formulas and commands of LaTeX, which are in no language.
  public static String prose(String text) {
    return FORMULA.matcher(text).replaceAll(" ");
  }

  /// Returns the script of each word of a text. Single letters of scripts with spaces are
  /// variables, not words.
  public static List<UnicodeScript> words(String text) {
    List<UnicodeScript> words = new ArrayList<>();
    UnicodeScript current = COMMON;
    int length = 0;
    for (int c : text.codePoints().toArray()) {
      UnicodeScript script = Character.isLetter(c) ? UnicodeScript.of(c) : COMMON;
      if (script == COMMON && Character.getType(c) == Character.NON_SPACING_MARK) {
        continue; // part of the letter before it
      }
      if (UNSPACED.contains(script)) {
        words.add(script);
        script = COMMON;
      }
      if (script == current) {
        length++;
        continue;
      }
      if (current != COMMON && length > 1) {
        words.add(current);
      }
      current = script;
      length = 1;
    }
    if (current != COMMON && length > 1) {
      words.add(current);
    }
    return words;
  }
}
