package dev.tesuji.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A little memory that each thread keeps to work in: asking the C library for it anew for every
/// tile costs more than some of the work, and makes it give pages back and take them again.
final class Scratch {
  private static final ThreadLocal<MemorySegment> OWN =
      ThreadLocal.withInitial(() -> MemorySegment.NULL);

  private Scratch() {}

  /// Returns where this thread has at least so many bytes, until it asks again.
  static long of(long bytes) {
    MemorySegment own = OWN.get();
    if (own.byteSize() < bytes) {
      own = Arena.ofAuto().allocate(bytes, 64);
      OWN.set(own);
    }
    return own.address();
  }
}
