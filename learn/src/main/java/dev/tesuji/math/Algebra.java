package dev.tesuji.math;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks a computer algebra system, behind bounds.
///
/// The system works on one thread of its own, started at the first question. A question that takes
/// too long is interrupted; where that does not help, the thread is abandoned and the next question
/// gets another, unless [#MOST_ABANDONED] are still running: then questions go unanswered until one
/// of them ends. What a question may need of memory is bounded before it is asked ([AlgebraSyntax])
/// and by the system's own limits ([Symja]).
final class Algebra {
  /// How many abandoned threads may run on at once.
  static final int MOST_ABANDONED = 2;

  /// How long the system may take to load, once.
  private static final Duration LOADING = Duration.ofSeconds(60);

  private static final Duration GRACE = Duration.ofMillis(100);
  private static final long STACK = 16L << 20;

  /// A computer algebra system, used by one thread.
  interface Engine {
    /// Says whether an expression in the system's syntax is zero; empty where it cannot tell.
    Optional<Boolean> isZero(String expression);

    /// Asks the thread at work to stop.
    void stop();
  }

  private final Supplier<Engine> engines;
  private final Duration limit;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final AtomicInteger abandoned = new AtomicInteger();
  private @Nullable Worker worker;

  /// Prepares to ask; nothing is loaded yet.
  ///
  /// @param limit how long one question may take
  Algebra(Supplier<Engine> engines, Duration limit) {
    this.engines = engines;
    this.limit = limit;
  }

  /// Says whether an expression is zero; empty where that cannot be told.
  ///
  /// @throws OutOfTime when telling would take too long
  Optional<Boolean> isZero(Expression e) throws OutOfTime {
    Optional<String> question = AlgebraSyntax.write(e);
    if (question.isEmpty()) {
      return Optional.empty();
    }
    turn.lock();
    try {
      if (worker == null && abandoned.get() >= MOST_ABANDONED) {
        return Optional.empty();
      }
      if (worker == null) {
        worker = new Worker();
        await(worker.submit(worker::load), LOADING);
      }
      return ask(worker, question.get());
    } finally {
      turn.unlock();
    }
  }

  private Optional<Boolean> ask(Worker asked, String question) throws OutOfTime {
    FutureTask<Optional<Boolean>> task = asked.submit(() -> asked.engine().isZero(question));
    try {
      return await(task, limit);
    } catch (OutOfTime e) {
      if (!asked.stop(task)) {
        worker = null;
        asked.abandon();
      }
      throw e;
    }
  }

  private static Optional<Boolean> await(FutureTask<Optional<Boolean>> task, Duration limit)
      throws OutOfTime {
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new OutOfTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutOfTime();
    } catch (ExecutionException e) {
      return Optional.empty(); // the system failed, or ran out of stack or memory: it cannot tell
    }
  }

  /// The thread that the system works on.
  private final class Worker implements Runnable {
    private final LinkedBlockingQueue<FutureTask<Optional<Boolean>>> questions =
        new LinkedBlockingQueue<>();
    private volatile boolean given;
    private volatile @Nullable Engine engine;

    Worker() {
      Thread thread = new Thread(null, this, "computer-algebra", STACK);
      thread.setDaemon(true);
      thread.start();
    }

    FutureTask<Optional<Boolean>> submit(
        java.util.concurrent.Callable<Optional<Boolean>> question) {
      FutureTask<Optional<Boolean>> task = new FutureTask<>(question);
      questions.add(task);
      return task;
    }

    Optional<Boolean> load() {
      engine = engines.get();
      return Optional.empty();
    }

    Engine engine() {
      Engine loaded = engine;
      if (loaded == null) {
        throw new IllegalStateException("computer algebra could not be loaded");
      }
      return loaded;
    }

    /// Interrupts the question at work and says whether the thread is free again soon.
    boolean stop(FutureTask<?> task) {
      Engine loaded = engine;
      if (loaded != null) {
        loaded.stop();
      }
      task.cancel(true);
      try {
        await(submit(Optional::empty), GRACE);
        return true;
      } catch (OutOfTime e) {
        return false;
      }
    }

    void abandon() {
      abandoned.incrementAndGet();
      given = true;
      questions.add(
          new FutureTask<>(
              Optional::empty)); // wakes the thread where it has ended its question just now
    }

    @Override
    public void run() {
      try {
        while (!given) {
          questions.take().run();
          Thread.interrupted(); // was meant for that question
        }
        abandoned.decrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
