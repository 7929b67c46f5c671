package dev.tesuji.constrain;

import dev.tesuji.check.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The grammars that were used last, by what they were made from.
public final class GrammarCache {
  private final Map<String, Grammar> grammars = new LinkedHashMap<>(16, 0.75f, true);
  private final int capacity;

  /// Makes an empty cache.
  ///
  /// @param capacity the most grammars that it holds
  /// @throws IllegalArgumentException when that is less than 1
  public GrammarCache(int capacity) {
    Require.atLeast(1, "capacity", capacity);
    this.capacity = capacity;
  }

  /// Returns a grammar that is known, or makes it, outside the lock: a schema that takes long
  /// delays nobody else.
  ///
  /// @param key all that it is made from, with its kind
  public Grammar get(String key, Supplier<Grammar> make) {
    synchronized (grammars) {
      Grammar known = grammars.get(key);
      if (known != null) {
        return known;
      }
    }
    Grammar made = make.get();
    synchronized (grammars) {
      Grammar other = grammars.putIfAbsent(key, made);
      if (grammars.size() > capacity) {
        grammars.remove(grammars.keySet().iterator().next()); // the one not used for longest
      }
      return other == null ? made : other;
    }
  }
}
