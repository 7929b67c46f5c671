package dev.tesuji.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Connections that work side by side, as many as all files together may have.
final class Lanes {
  /// The connections. What each has under way may be read again after a kill.
  static final int WIDTH = 4;

  private final Semaphore permits = new Semaphore(WIDTH, true);
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

  /// Does a piece of work on one of the connections.
  <T> T on(Supplier<T> work) {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }

  /// Ends a piece of work where another has failed, so that the rest need not be done.
  ///
  /// @throws RuntimeException what has failed
  void requireRunning() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /// Does something with each of some things, a few at a time, until all are done or something
  /// fails, here or elsewhere.
  ///
  /// @throws RuntimeException the first failure, unless all of these things were done
  <T> void each(List<T> things, Consumer<T> work) {
    Queue<T> left = new ConcurrentLinkedQueue<>(things);
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(WIDTH, things.size()); i++) {
      threads.add(Thread.ofVirtual().start(() -> drain(left, work, done)));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
      failure.compareAndSet(null, new IllegalStateException(e));
    }
    if (done.get() < things.size()) {
      requireRunning();
    }
  }

  private <T> void drain(Queue<T> left, Consumer<T> work, AtomicInteger done) {
    for (T next = left.poll(); next != null && failure.get() == null; next = left.poll()) {
      try {
        work.accept(next);
        done.incrementAndGet();
      } catch (RuntimeException e) {
        failure.compareAndSet(null, e);
      }
    }
  }
}
