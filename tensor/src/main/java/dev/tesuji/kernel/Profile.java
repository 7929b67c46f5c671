package dev.tesuji.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the time of a step goes, and how much arithmetic and memory traffic each part does.
///
/// Off unless it is switched on, and then for the thread that switched it on: parts are timed where
/// they are called, and kernels count what they do for all of the team.
public final class Profile {
  private static volatile @Nullable Profile active;

  private final Thread thread = Thread.currentThread();
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private volatile @Nullable Span current;

  private Profile() {}

  /// The time and work of a part.
  ///
  /// @param nanos how long it took, without the parts inside it
  /// @param flops floating-point operations of its products and of attention
  /// @param bytes what those read and wrote, each operand once
  public record Part(long nanos, long flops, long bytes) {
    private static final Part NOTHING = new Part(0, 0, 0);

    private Part plus(long moreNanos, long moreFlops, long moreBytes) {
      return new Part(nanos + moreNanos, flops + moreFlops, bytes + moreBytes);
    }
  }

  /// Starts afresh.
  public static void on() {
    active = new Profile();
  }

  /// Stops, and returns the parts in the order in which they first came.
  public static Map<String, Part> off() {
    Profile p = active;
    active = null;
    return p == null ? Map.of() : p.parts;
  }

  /// Times what follows until the span is closed. Spans of the same name add up; the time of one
  /// inside another counts for the inner one only.
  public static Span span(String name) {
    Profile p = active;
    return p == null || !Thread.currentThread().equals(p.thread) ? Span.NONE : p.open(name);
  }

  /// Counts arithmetic and memory traffic of the part that is being timed.
  static void count(long flops, long bytes) {
    Profile p = active;
    if (p != null && (Thread.currentThread().equals(p.thread) || KernelThreadPool.isWorker())) {
      p.add(flops, bytes);
    }
  }

  private synchronized void add(long flops, long bytes) {
    Span span = current;
    if (span != null) {
      parts.merge(span.name, new Part(0, flops, bytes), (a, b) -> a.plus(0, flops, bytes));
    }
  }

  private synchronized void add(Span span, long took) {
    Part before = parts.getOrDefault(span.name, Part.NOTHING);
    parts.put(span.name, before.plus(took - span.inside, 0, 0));
  }

  private Span open(String name) {
    Span span = new Span(this, name, current);
    current = span;
    return span;
  }

  /// A stretch of time.
  public static final class Span implements AutoCloseable {
    private static final Span NONE = new Span(null, "", null);

    private final @Nullable Profile profile;
    private final String name;
    private final @Nullable Span outer;
    private final long start = System.nanoTime();
    private long inside; // nanoseconds of inner spans

    private Span(@Nullable Profile profile, String name, @Nullable Span outer) {
      this.profile = profile;
      this.name = name;
      this.outer = outer;
    }

    @Override
    public void close() {
      if (profile == null) {
        return;
      }
      long took = System.nanoTime() - start;
      profile.add(this, took);
      if (outer != null) {
        outer.inside += took;
      }
      profile.current = outer;
    }
  }
}
