package dev.tesuji.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
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

  /// Returns whether something failed, so that the rest need not be done.
  boolean isOver() {
    return failure.get() != null;
  }

  /// Does something with each of some things, a few at a time, until all are done or one fails.
  ///
  /// @throws RuntimeException the first that was thrown
  <T> void each(List<T> things, Consumer<T> work) {
    Queue<T> left = new ConcurrentLinkedQueue<>(things);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(WIDTH, things.size()); i++) {
      threads.add(Thread.ofVirtual().start(() -> drain(left, work)));
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
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private <T> void drain(Queue<T> left, Consumer<T> work) {
    for (T next = left.poll(); next != null && !isOver(); next = left.poll()) {
      try {
        work.accept(next);
      } catch (RuntimeException e) {
        failure.compareAndSet(null, e);
      }
    }
  }
}
