package dev.tesuji.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns Ctrl-C (or a polite kill) into a request that the run meets after its current step.
///
/// The shutdown of the JVM waits until the signal is closed, for as long as a step and a checkpoint
/// may take.
public final class StopSignal implements AutoCloseable {
  private static final long PATIENCE_MINUTES = 10;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  /// Starts to listen.
  public StopSignal() {
    hook = new Thread(this::onShutdown, "tesuji-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Returns whether somebody asked the run to stop.
  public boolean requested() {
    return requested;
  }

  /// Asks the run to stop.
  public void request() {
    requested = true;
  }

  private void onShutdown() {
    if (closed.getCount() == 0) {
      return;
    }
    requested = true;
    System.err.println("\nStopping after this step, then saving.");
    try {
      if (!closed.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        System.err.println("Gave up waiting for the step; resume from the last checkpoint.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Stops listening; lets a shutdown that is under way go on.
  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The shutdown is under way and has been waiting for this.
    }
  }
}
