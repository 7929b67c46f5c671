package dev.tesuji.serve.model;

import dev.tesuji.check.BadInput;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Work that takes a processor for long: to read a body of megabytes, to write a long text in
/// tokens, to make a grammar.
///
/// Requests have virtual threads, of which only as many run as there are processors, each until it
/// waits for something. Two long texts would therefore hold up everybody else's tokens. Such work
/// is done on few threads of the system's own, which shares the processors out by time; what is
/// very long, one after the other on one of them, so that it holds up nothing that is shorter. What
/// waits for its turn when its client goes away is not done at all; what has begun is waited for,
/// so that its memory counts as long as it is taken.
public final class SlowWork {
  /// What has so many bytes or characters takes some milliseconds.
  private static final int LONG = 1 << 15;

  /// What has so many takes seconds.
  private static final int VERY_LONG = 1 << 20;

  private static final ThreadPoolExecutor SOME =
      threads(Math.max(2, Runtime.getRuntime().availableProcessors() / 2));
  private static final ThreadPoolExecutor ONE = threads(1);

  private SlowWork() {}

  /// Does some work, and waits for it.
  ///
  /// @param size the bytes or characters that it reads; for few it is done at once
  /// @param whenGone has something run when the client goes away
  /// @throws RuntimeException what it threw
  /// @throws InterruptedException when the client goes away before the work begins
  public static <T> T on(long size, Consumer<Runnable> whenGone, Supplier<T> work)
      throws InterruptedException {
    return size < LONG ? work.get() : on(size < VERY_LONG ? SOME : ONE, whenGone, work);
  }

  /// Does some work that may take long however little it reads, and waits for it, whatever comes.
  ///
  /// @throws RuntimeException what it threw
  public static <T> T apart(Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get(); // it is apart already
    }
    try {
      return on(SOME, _ -> {}, work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static ThreadPoolExecutor threads(int count) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("tesuji-slow-", 0).factory());
  }

  private static <T> T on(ThreadPoolExecutor threads, Consumer<Runnable> whenGone, Supplier<T> work)
      throws InterruptedException {
    FutureTask<T> done = new FutureTask<>(work::get);
    threads.execute(done);
    whenGone.accept(() -> {
      if (threads.remove(done)) { // it waits in line
        done.cancel(false);
      }
    });
    try {
      return done.get();
    } catch (InterruptedException e) {
      done.cancel(false);
      throw e;
    } catch (CancellationException _) {
      throw new InterruptedException("the client went away");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException own -> throw own;
        case Error own -> throw own;
        case null, default -> throw new BadInput(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
