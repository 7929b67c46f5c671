package dev.tesuji.active;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which features an answer has: words, neighbouring words, and words beside words of its prompt,
/// each a place by its hash.
final class Features {
  /// How many places there are.
  static final int SIZE = 1 << 18;

  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]+|[^\\s\\p{L}\\p{M}\\p{N}]");
  private static final int MOST = 400; // words that are looked at
  private static final int CROSSED = 24; // words of a prompt, and of an answer, that are crossed

  private Features() {}

  /// Returns the places of an answer's features, in ascending order.
  static int[] of(String prompt, String answer) {
    List<String> asked = words(prompt);
    List<String> said = words(answer);
    TreeSet<Integer> places = new TreeSet<>();
    for (int i = 0; i < said.size(); i++) {
      places.add(place("1 " + said.get(i)));
      places.add(place("2 " + (i == 0 ? "" : said.get(i - 1)) + " " + said.get(i)));
      if (asked.contains(said.get(i))) {
        places.add(place("3"));
      }
    }
    places.add(place("4 " + (32 - Integer.numberOfLeadingZeros(said.size()))));
    places.add(place("5 " + (said.isEmpty() ? "" : said.getLast())));
    for (String word : ends(said)) {
      ends(asked).forEach(question -> places.add(place("6 " + question + " " + word)));
    }
    return places.stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (words.size() < MOST && matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /// Returns the last words: a prompt ends with what is asked, an answer with what is said.
  private static List<String> ends(List<String> words) {
    return words.subList(Math.max(0, words.size() - CROSSED), words.size());
  }

  private static int place(String feature) {
    int hash = feature.hashCode() * 0x9E3779B1;
    return (hash ^ (hash >>> 15)) & (SIZE - 1);
  }

  /// Returns the place of a feature in a difference, whosever it is.
  static int placeOf(int signed) {
    return signed >= 0 ? signed : ~signed;
  }

  /// Returns the features that one of two answers has and the other has not: a difference of 1 at
  /// places of the first, of -1 at the negative of places of the second, less 1.
  static int[] difference(int[] better, int[] worse) {
    int[] all = new int[better.length + worse.length];
    int size = 0;
    for (int place : better) {
      if (Arrays.binarySearch(worse, place) < 0) {
        all[size++] = place;
      }
    }
    for (int place : worse) {
      if (Arrays.binarySearch(better, place) < 0) {
        all[size++] = ~place;
      }
    }
    return Arrays.copyOf(all, size);
  }
}
