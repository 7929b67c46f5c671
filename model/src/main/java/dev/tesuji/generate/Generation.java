package dev.tesuji.generate;

import java.util.concurrent.atomic.AtomicInteger;

/// A request on its way through an engine.
public final class Generation {
  private final GenerationRequest request;
  private final DrawSettings settings;
  private final GenerationListener listener;
  private final Runnable whenCancelled;
  private final AtomicInteger left;
  private volatile boolean cancelled;

  /// @param whenCancelled tells the engine, on any thread
  Generation(GenerationRequest request, GenerationListener listener, Runnable whenCancelled) {
    this.whenCancelled = whenCancelled;
    this.request = request;
    settings = DrawSettings.of(request);
    this.listener = listener;
    left = new AtomicInteger(request.samples());
  }

  /// Returns what was asked for.
  public GenerationRequest request() {
    return request;
  }

  /// Stops its samples: those that run end within one step, those that wait never begin, and the
  /// listener gets them as [FinishReason#CANCELLED]. Harmless when it is done or cancelled already.
  /// Safe to call from any thread.
  public void cancel() {
    if (!cancelled && !isDone()) {
      cancelled = true;
      whenCancelled.run();
    }
  }

  /// Returns whether all of its samples are finished.
  public boolean isDone() {
    return left.get() == 0;
  }

  DrawSettings settings() {
    return settings;
  }

  boolean isCancelled() {
    return cancelled;
  }

  GenerationListener listener() {
    return listener;
  }

  void finishOne() {
    left.decrementAndGet();
  }
}
