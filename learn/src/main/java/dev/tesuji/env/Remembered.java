package dev.tesuji.env;

import dev.tesuji.check.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Results that were found last, so that what is asked twice is worked out once: a program that is
/// graded, measured and told about. Safe for use by several threads.
public final class Remembered<K, V> {
  private final Map<K, V> known = new LinkedHashMap<>();
  private final int most;
  private final Predicate<V> lasting;

  /// Remembers nothing yet.
  ///
  /// @param most how many results; the oldest are forgotten
  /// @param lasting which of them would be the same another time
  public Remembered(int most, Predicate<V> lasting) {
    Require.atLeast(1, "most", most);
    this.most = most;
    this.lasting = lasting;
  }

  /// Returns the result of a question that is known, or finds it, while others may ask.
  public V get(K question, Supplier<V> find) {
    synchronized (known) {
      V before = known.get(question);
      if (before != null) {
        return before;
      }
    }
    V found = find.get();
    if (lasting.test(found)) {
      synchronized (known) {
        known.put(question, found);
        if (known.size() > most) {
          known.remove(known.keySet().iterator().next());
        }
      }
    }
    return found;
  }
}
