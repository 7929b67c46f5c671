package dev.tesuji.kernel;

/// Memory of a thread, as much as was counted, of which attention takes piece by piece.
final class Workspace {
  private final long end;
  private long next;

  Workspace(long start, long bytes) {
    next = start;
    end = start + bytes;
  }

  /// Takes the next bytes, a multiple of a cache line.
  ///
  /// @throws IllegalStateException where fewer are left
  long take(long bytes) {
    long taken = next;
    next += bytes;
    if (next > end) {
      throw new IllegalStateException("attention needs more memory than was counted");
    }
    return taken;
  }
}
