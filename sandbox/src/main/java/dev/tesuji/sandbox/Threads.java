package dev.tesuji.sandbox;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Threads that watch programs, which are many and short: one that has done its work does other
/// work.
final class Threads {
  private static final ExecutorService ALL =
      Executors.newCachedThreadPool(
          work -> Thread.ofPlatform().daemon().name("sandbox").unstarted(work));

  private Threads() {}

  /// Begins some work on a thread of its own.
  ///
  /// @param name the thread's, for as long as it lasts
  /// @return opens when it is done
  static CountDownLatch start(String name, Runnable work) {
    CountDownLatch done = new CountDownLatch(1);
    ALL.execute(() -> {
      Thread.currentThread().setName(name);
      try {
        work.run();
      } finally {
        done.countDown();
      }
    });
    return done;
  }
}
