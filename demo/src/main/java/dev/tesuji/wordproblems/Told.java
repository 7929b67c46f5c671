package dev.tesuji.wordproblems;

import java.util.Locale;

/// The phrasings of held-out problems.
public enum Told {
  /// Those that training problems are told in.
  AS_TRAINED,
  /// Others, which no training problem is told in.
  ANEW;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
