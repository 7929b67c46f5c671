package dev.tesuji.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Reads a stream to its end on a thread of its own, and keeps its beginning.
final class Collector {
  private static final int BLOCK = 1 << 16;

  private final InputStream in;
  private final long limit;
  private final Runnable first;
  private final Runnable full;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(); // guarded by itself
  private final CountDownLatch done;

  /// Begins to read.
  ///
  /// @param limit how much is kept
  /// @param first is told when the first bytes come
  /// @param full is told once when there is more than that; reading goes on, so that a writer is
  ///   not held up
  Collector(String name, InputStream in, long limit, Runnable first, Runnable full) {
    this.in = in;
    this.first = first;
    this.limit = limit;
    this.full = full;
    done = Threads.start(name, this::read);
  }

  private void read() {
    byte[] block = new byte[BLOCK];
    boolean begun = false;
    boolean told = false;
    try {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        boolean over;
        synchronized (kept) {
          int room = (int) Math.min(n, limit - kept.size());
          kept.write(block, 0, room);
          over = room < n;
        }
        if (n > 0 && !begun) {
          begun = true;
          first.run();
        }
        if (over && !told) {
          told = true;
          full.run();
        }
      }
    } catch (IOException _) {
      // the program is gone
    }
  }

  /// Waits for the end of the stream, at most so long.
  void await(long millis) throws InterruptedException {
    done.await(millis, TimeUnit.MILLISECONDS);
  }

  /// Returns what was kept so far.
  byte[] bytes() {
    synchronized (kept) {
      return kept.toByteArray();
    }
  }
}
