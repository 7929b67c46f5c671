package dev.tesuji.agreement;

import java.util.Locale;

/// The scale of ratings: what may be said of two values that differ.
public enum Scale {
  /// Names: two values are equal or are not.
  NOMINAL,
  /// Ranks: how many ratings lie between two values counts, not how large they are.
  ORDINAL,
  /// Numbers, whose difference counts.
  INTERVAL;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
