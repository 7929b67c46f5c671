package dev.tesuji.check;

import java.util.Collection;
import java.util.Comparator;

/// Finds the word that somebody probably meant.
public final class DidYouMean {
  private DidYouMean() {}

  /// Returns ` (did you mean 'x'?)` when a candidate is close to the word, else lists them all: `
  /// (known: a, b, c)`.
  public static String hint(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(c -> distance(word, c)))
        .filter(c -> distance(word, c) <= Math.max(2, word.length() / 3))
        .map(c -> " (did you mean '" + c + "'?)")
        .orElseGet(() -> " (known: " + String.join(", ", candidates) + ")");
  }

  /// Counts the single-character edits between two words, case aside (Levenshtein).
  public static int distance(String a, String b) {
    String s = a.toLowerCase(java.util.Locale.ROOT);
    String t = b.toLowerCase(java.util.Locale.ROOT);
    int[] row = new int[t.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= s.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= t.length(); j++) {
        int above = row[j];
        int change = s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
        diagonal = above;
      }
    }
    return row[t.length()];
  }
}
