package dev.tesuji.play.go;

import org.jspecify.annotations.Nullable;

/// The positions that a game has seen, for superko: a chain with a filter in front.
///
/// The filter (Bloom's, 512 bits, two of them for each position) answers nearly every question; the
/// chain is walked where it cannot.
final class Past {
  private static final int WORDS = 8;

  private final @Nullable Past before;
  private final long hash;
  private final long[] filter;

  Past(@Nullable Past before, long hash) {
    this.before = before;
    this.hash = hash;
    filter = before == null ? new long[WORDS] : before.filter.clone();
    filter[(int) (hash & 7)] |= 1L << (hash >>> 3);
    filter[(int) (hash >>> 9 & 7)] |= 1L << (hash >>> 12);
  }

  boolean has(long position) {
    if ((filter[(int) (position & 7)] >>> (position >>> 3) & 1) == 0
        || (filter[(int) (position >>> 9 & 7)] >>> (position >>> 12) & 1) == 0) {
      return false;
    }
    for (Past at = this; at != null; at = at.before) {
      if (at.hash == position) {
        return true;
      }
    }
    return false;
  }
}
