package dev.tesuji.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A little memory that each thread keeps to work in: asking the C library for it anew for every
/// tile costs more than some of the work, and makes it give pages back and take them again.
final class Scratch {
  private static final ThreadLocal<MemorySegment> OWN =
      ThreadLocal.withInitial(() -> MemorySegment.NULL);
  private static final ThreadLocal<MemorySegment> FACTORS =
      ThreadLocal.withInitial(() -> MemorySegment.NULL);

  private Scratch() {}

  /// Returns where this thread has at least so many bytes, until it asks again.
  static long of(long bytes) {
    return of(OWN, bytes);
  }

  /// Returns where this thread has at least so many bytes for what a whole product reads, until it
  /// asks for those again: [#of] gives other memory.
  static long ofFactors(long bytes) {
    return of(FACTORS, bytes);
  }

  private static long of(ThreadLocal<MemorySegment> memory, long bytes) {
    MemorySegment own = memory.get();
    if (own.byteSize() < bytes) {
      own = Arena.ofAuto().allocate(bytes, 64);
      memory.set(own);
    }
    return own.address();
  }
}
