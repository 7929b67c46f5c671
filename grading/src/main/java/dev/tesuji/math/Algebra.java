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
    /// Answers a question in the system's syntax; empty where it cannot tell.
    Optional<Boolean> answer(String question);

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

  /// Returns whether an expression is zero; empty where that cannot be told.
  ///
  /// @throws OutOfTime when telling would take too long
  /// @throws IllegalStateException when the system cannot be loaded
  Optional<Boolean> isZero(Expression e) throws OutOfTime {
    Optional<String> question = AlgebraSyntax.isZero(e);
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
      }
      return ask(worker, question.get());
    } finally {
      turn.unlock();
    }
  }

  private Optional<Boolean> ask(Worker asked, String question) throws OutOfTime {
    Engine engine = loaded(asked);
    FutureTask<Optional<Boolean>> task = new FutureTask<>(() -> engine.answer(question));
    asked.questions.add(task);
    try {
      return await(task, limit);
    } catch (ExecutionException e) {
      return Optional.empty(); // out of stack or memory, or a defect of the system: it cannot tell
    } catch (OutOfTime e) {
      engine.stop();
      task.cancel(true);
      if (!asked.isFree()) {
        worker = null;
        asked.abandon();
      }
      throw e;
    }
  }

  private Engine loaded(Worker asked) throws OutOfTime {
    try {
      return await(asked.loading, LOADING);
    } catch (ExecutionException e) {
      worker = null;
      asked.abandon();
      throw new IllegalStateException(
          "computer algebra could not be loaded: " + e.getCause(), e.getCause());
    }
  }

  private static <T> T await(FutureTask<T> task, Duration limit)
      throws OutOfTime, ExecutionException {
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new OutOfTime();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutOfTime();
    }
  }

  /// The thread that the system works on.
  private final class Worker implements Runnable {
    final FutureTask<Engine> loading = new FutureTask<>(engines::get);
    final LinkedBlockingQueue<FutureTask<?>> questions = new LinkedBlockingQueue<>();
    private volatile boolean given;

    Worker() {
      questions.add(loading);
      Thread thread = new Thread(null, this, "computer-algebra", STACK);
      thread.setDaemon(true);
      thread.start();
    }

    /// Returns whether the thread takes another question soon.
    boolean isFree() {
      FutureTask<Boolean> next = new FutureTask<>(() -> true);
      questions.add(next);
      try {
        return await(next, GRACE);
      } catch (OutOfTime | ExecutionException e) {
        return false;
      }
    }

    /// Lets the thread end when it has done with what it is at.
    void abandon() {
      abandoned.incrementAndGet();
      given = true;
      questions.add(new FutureTask<>(() -> true)); // wakes it where it waits
    }

    @Override
    public void run() {
      try {
        while (!given) {
          questions.take().run();
          Thread.interrupted(); // was meant for that question
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        abandoned.decrementAndGet();
      }
    }
  }
}
