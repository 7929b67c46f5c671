package dev.tesuji.jinja;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Finds the known word that a misspelt one probably stands for.
final class Suggestion {
  private Suggestion() {}

  /// Returns ` (did you mean 'x'?)` when a known word is close, else lists all of them.
  static String hint(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> distance(word, k) <= Math.max(2, word.length() / 3))
        .map(k -> " (did you mean '" + k + "'?)")
        .orElseGet(() -> " (known: " + String.join(", ", known) + ")");
  }

  /// Counts the single-character edits between two words, case aside (Levenshtein).
  private static int distance(String a, String b) {
    String s = a.toLowerCase(Locale.ROOT);
    String t = b.toLowerCase(Locale.ROOT);
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
