package dev.tesuji.serve.model;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The one thread on which all models compute: a step of each that has work, in turn.
public final class ModelThread implements AutoCloseable {
  private static final long LONGEST_SLEEP = 1_000_000_000;

  private final List<SharedEngine> engines;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopped;

  /// Starts it.
  ///
  /// @param failed is told what a step threw; those that were being generated end as cancelled
  public ModelThread(List<ServedModel> models, Consumer<Throwable> failed) {
    engines = models.stream().map(ServedModel::shared).distinct().toList();
    this.failed = failed;
    thread = Thread.ofPlatform().name("tesuji-model").daemon(true).unstarted(this::run);
    thread.start();
  }

  private void run() {
    try {
      while (!stopped) {
        boolean worked = false;
        for (SharedEngine engine : engines) {
          worked |= step(engine);
        }
        if (!worked) {
          LockSupport.parkNanos(this, LONGEST_SLEEP);
        }
      }
    } finally {
      ended.countDown();
    }
  }

  private boolean step(SharedEngine engine) {
    if (!engine.engine().hasWork()) {
      return false;
    }
    try {
      engine.step();
    } catch (RuntimeException | Error e) { // also a memory that is full: others may find room
      failed.accept(e);
    }
    return true;
  }

  /// Tells it that a model has work.
  public void wake() {
    LockSupport.unpark(thread);
  }

  /// Stops it after the step that it is in, and waits for that.
  @Override
  public void close() {
    stopped = true;
    wake();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
