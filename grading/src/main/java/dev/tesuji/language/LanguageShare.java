package dev.tesuji.language;

import com.github.pemistahl.lingua.api.IsoCode639_1;
import com.github.pemistahl.lingua.api.Language;
import com.github.pemistahl.lingua.api.LanguageDetector;
import com.github.pemistahl.lingua.api.LanguageDetectorBuilder;
import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Measures the share of a text's words that are in a language.
///
/// A word's language is told by its script. Where others of the same script are named, each
/// sentence is put to [Lingua](https://github.com/pemistahl/lingua) as well, and its words count
/// only when it is in the target language or nothing can be said.
public final class LanguageShare {
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?。！？;；\\n]+");

  private final Set<UnicodeScript> scripts;
  private final Predicate<String> isTarget;

  /// Chooses the language.
  ///
  /// @param language the target, a code of ISO 639-1 such as `en`
  /// @param among languages of the same script that it must be told from; empty to go by script
  ///   alone, which reads no language model
  /// @throws IllegalArgumentException when a language is not known
  public LanguageShare(String language, List<String> among) {
    scripts = Scripts.of(language);
    isTarget = among.isEmpty() ? _ -> true : detection(language, among);
  }

  private static Predicate<String> detection(String language, List<String> among) {
    Language[] candidates =
        Stream.concat(Stream.of(language), among.stream())
            .distinct()
            .map(LanguageShare::lingua)
            .toArray(Language[]::new);
    if (candidates.length < 2) {
      throw new IllegalArgumentException(
          "among must name another language than the target, got " + among);
    }
    LanguageDetector detector = LanguageDetectorBuilder.fromLanguages(candidates).build();
    return sentence -> {
      Language found = detector.detectLanguageOf(sentence);
      return found == candidates[0] || found == Language.UNKNOWN;
    };
  }

  private static Language lingua(String code) {
    Scripts.of(code); // says so when the code is none
    return Arrays.stream(IsoCode639_1.values())
        .filter(c -> c.name().equals(code.toUpperCase(Locale.ROOT)))
        .findFirst()
        .map(Language::getByIsoCode639_1)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "language must be one that Lingua can detect, got '" + code + "'"));
  }

  /// Returns the share of a text's words that are in the target language; 0 where there is none.
  public double of(String text) {
    long all = 0;
    long target = 0;
    for (String sentence : SENTENCE_END.split(Scripts.prose(text), -1)) {
      List<UnicodeScript> words = Scripts.words(sentence);
      long own = words.stream().filter(scripts::contains).count();
      all += words.size();
      target += own > 0 && isTarget.test(sentence) ? own : 0;
    }
    return all == 0 ? 0 : (double) target / all;
  }
}
