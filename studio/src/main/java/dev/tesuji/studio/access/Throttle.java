package dev.tesuji.studio.access;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// A brake on guessing: after some failures a key is refused for a time that doubles.
final class Throttle {
  private static final int FREE = 5;
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final int MOST = 10_000; // keys that are remembered

  private final LongSupplier nanos;
  private final Map<String, Failures> failures = new LinkedHashMap<>();

  private record Failures(int count, long last) {
    Duration delay() {
      int doubled = Math.min(20, count - FREE);
      Duration delay = count < FREE ? Duration.ZERO : FIRST.multipliedBy(1L << doubled);
      return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
  }

  /// @param nanos a clock
  Throttle(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Returns how long a key has still to wait; zero for not at all.
  synchronized Duration left(String key) {
    Failures of = failures.get(key);
    if (of == null) {
      return Duration.ZERO;
    }
    Duration left = of.delay().minusNanos(nanos.getAsLong() - of.last());
    return left.isNegative() ? Duration.ZERO : left;
  }

  /// Counts a failure.
  synchronized void failed(String key) {
    Failures of = failures.remove(key);
    failures.put(key, new Failures(of == null ? 1 : of.count() + 1, nanos.getAsLong()));
    Iterator<String> oldest = failures.keySet().iterator();
    while (failures.size() > MOST && oldest.hasNext()) {
      oldest.next();
      oldest.remove();
    }
  }

  /// Forgets the failures of a key.
  synchronized void succeeded(String key) {
    failures.remove(key);
  }
}
