package dev.tesuji.serve.answer;

import java.util.List;

/// Cuts a text that arrives in pieces at the first stop string, and holds back what may become one.
final class StopFinder {
  private final List<String> stops;
  private final int longest;
  private String held = "";
  private boolean found;
  private int withheld; // characters

  StopFinder(List<String> stops) {
    this.stops = stops;
    longest = stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /// Takes the next piece and returns the text that is certain now.
  String add(String piece) {
    if (stops.isEmpty()) {
      return piece;
    }
    if (found) {
      withheld += piece.length();
      return "";
    }
    String text = held + piece;
    int cut = text.length();
    for (String stop : stops) {
      int at = text.indexOf(stop);
      if (at >= 0 && (at < cut || !found)) {
        cut = Math.min(cut, at);
        found = true;
      }
    }
    int certain = found ? cut : text.length() - beginning(text);
    held = found ? "" : text.substring(certain);
    withheld = text.length() - certain;
    return text.substring(0, certain);
  }

  /// Returns how many of the last characters may be the beginning of a stop string.
  private int beginning(String text) {
    for (int n = Math.min(longest - 1, text.length()); n > 0; n--) {
      for (String stop : stops) {
        if (n < stop.length() && text.regionMatches(text.length() - n, stop, 0, n)) {
          return n;
        }
      }
    }
    return 0;
  }

  /// Returns whether a stop string came.
  boolean found() {
    return found;
  }

  /// Returns how many of the characters that came were not given out.
  int withheld() {
    return withheld;
  }

  /// Returns what was held back, when no more comes.
  String flush() {
    String rest = held;
    held = "";
    withheld -= rest.length();
    return rest;
  }
}
