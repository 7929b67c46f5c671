package dev.tesuji.serve.http;

import java.util.concurrent.atomic.AtomicLong;

/// The memory for bodies of requests, of which there is only so much: one part for the first
/// [#SMALL] bytes of each, another for what large ones have beyond. So a request of usual size is
/// read however many large ones come.
final class BodyMemory {
  /// Bytes of a body that are no burden.
  static final int SMALL = 256 << 10;

  private static final int FEWEST = 64; // small bodies that there is room for in any case
  private static final int SMALL_SHARE = 16; // of Java's memory, one part in so many
  private static final int LARGE_SHARE = 8;

  private final AtomicLong small = new AtomicLong(); // bytes in use
  private final AtomicLong large = new AtomicLong();
  private final long mostSmall;
  private final long mostLarge;

  /// @param mostSmall bytes for the beginnings of bodies
  /// @param mostLarge bytes for the rest of them
  BodyMemory(long mostSmall, long mostLarge) {
    this.mostSmall = mostSmall;
    this.mostLarge = mostLarge;
  }

  /// Takes a share of Java's memory.
  ///
  /// @param maxBody the most bytes of a body, four of which there is room for in any case
  static BodyMemory of(int maxBody) {
    long java = Runtime.getRuntime().maxMemory();
    return new BodyMemory(
        Math.max((long) FEWEST * SMALL, java / SMALL_SHARE),
        Math.max(4L * maxBody, java / LARGE_SHARE));
  }

  /// Takes more for a body, also where there is none.
  ///
  /// @param had bytes that it has
  /// @return whether there was room
  boolean take(long had, int more) {
    long begins = beginning(had + more) - beginning(had);
    boolean fits = begins == 0 || small.addAndGet(begins) <= mostSmall;
    long rest = more - begins;
    return (rest == 0 || large.addAndGet(rest) <= mostLarge) && fits;
  }

  /// Gives back all that a body took.
  void release(long taken) {
    small.addAndGet(-beginning(taken));
    large.addAndGet(beginning(taken) - taken);
  }

  private static long beginning(long bytes) {
    return Math.min(bytes, SMALL);
  }
}
