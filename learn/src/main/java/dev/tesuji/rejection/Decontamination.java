package dev.tesuji.rejection;

import dev.tesuji.overlap.Fingerprints;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Finds what was taken from the problems that a model is evaluated on.
///
/// A sample is contaminated when its problem is one of them, up to case and white space, or when
/// its problem or its response has n words in a row that one of them has too. Words are runs of
/// letters and digits in lower case. Of a problem with fewer than n words only the first test is
/// left.
final class Decontamination {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private final int n;
  private final Fingerprints problems = new Fingerprints();
  private final Fingerprints ngrams = new Fingerprints();

  /// Looks out for problems.
  ///
  /// @param n how many words in a row; 0 looks for nothing
  /// @param evaluation the problems that a model is evaluated on
  Decontamination(int n, List<String> evaluation) {
    this.n = n;
    if (n > 0) {
      for (String problem : evaluation) {
        problems.add(Fingerprints.of(Fingerprints.normalized(problem)));
        ngrams(problem).forEach(ngrams::add);
      }
    }
  }

  /// Returns whether a problem is one of those, or has n words in a row of one.
  boolean touchesProblem(String problem) {
    return n > 0
        && (problems.contains(Fingerprints.of(Fingerprints.normalized(problem)))
            || touches(problem));
  }

  /// Returns whether a text has n words in a row of one of those problems.
  boolean touches(String text) {
    return ngrams.size() > 0 && ngrams(text).stream().anyMatch(ngrams::contains);
  }

  private List<Long> ngrams(String text) {
    List<Long> words =
        WORD.matcher(text.toLowerCase(Locale.ROOT))
            .results()
            .map(MatchResult::group)
            .map(Fingerprints::of)
            .toList();
    List<Long> found = new ArrayList<>();
    for (int i = 0; i + n <= words.size(); i++) {
      found.add(words.subList(i, i + n).stream().reduce(0L, Fingerprints::join));
    }
    return found;
  }
}
