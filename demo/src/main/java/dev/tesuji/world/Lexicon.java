package dev.tesuji.world;

import dev.tesuji.world.Noun.Gender;
import dev.tesuji.world.Noun.Group;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The words of the world: every one that it ever uses, by language.
public final class Lexicon {
  private static final Pattern TAG = Pattern.compile("</?(?:think|answer)>");
  private static final Pattern WORD = Pattern.compile("\\p{L}+");
  private static final Map<Language, Set<String>> WORDS = new EnumMap<>(Language.class);

  static {
    for (Language language : Language.values()) {
      Set<String> words = new LinkedHashSet<>();
      texts(language).forEach(t -> words.addAll(words(t)));
      WORDS.put(language, Collections.unmodifiableSet(words));
    }
  }

  private Lexicon() {}

  private static List<String> texts(Language language) {
    List<String> texts = new ArrayList<>();
    for (Phrase phrase : Phrase.values()) {
      texts.add(phrase.in(language));
    }
    for (Noun noun : Noun.values()) {
      texts.add(noun.within(language));
      texts.add(noun.any(language));
      texts.add(noun.pronoun(language));
    }
    for (Quality quality : Quality.values()) {
      texts.add(quality.in(language, Gender.MASCULINE));
      texts.add(quality.in(language, Gender.FEMININE));
    }
    for (Group group : Group.values()) {
      texts.add(group.in(language));
    }
    for (Deed deed : Deed.values()) {
      texts.add(deed.verb(language));
      texts.add(deed.advice(language));
    }
    return texts;
  }

  /// Returns the words of a language.
  public static Set<String> of(Language language) {
    return WORDS.getOrDefault(language, Set.of());
  }

  /// Returns the words of a text in their order, tags left out.
  public static List<String> words(String text) {
    return WORD.matcher(TAG.matcher(text).replaceAll(" "))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  /// Returns a sentence without its full stop.
  static String withoutStop(Phrase phrase, Language language) {
    String text = phrase.in(language);
    return text.substring(0, text.length() - 1);
  }

  /// Returns whether a text holds the words of another, one after the other.
  static boolean contains(String text, String sought) {
    return Collections.indexOfSubList(words(text), words(sought)) >= 0;
  }

  /// Returns the share of a text's words that are words of a language: those in it / all of them. A
  /// word that is in both languages counts for either; single letters are no words. NaN where there
  /// is no word.
  public static double share(String text, Language language) {
    List<String> words = words(text).stream().filter(w -> w.length() > 1).toList();
    return words.stream()
        .mapToDouble(w -> of(language).contains(w) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }
}
