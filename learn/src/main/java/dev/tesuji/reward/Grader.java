package dev.tesuji.reward;

import dev.tesuji.task.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Judges responses on virtual threads while others are still being generated.
///
/// A rule that throws or hangs costs one verdict, never the run.
public final class Grader implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grader-", 0).factory());
  private final RewardMix rewards;
  private final Duration limit;

  /// Makes a grader.
  ///
  /// @param limit how long one response may take after the last of a batch was handed in
  public Grader(RewardMix rewards, Duration limit) {
    this.rewards = rewards;
    this.limit = limit;
  }

  /// A response whose judgement is under way.
  public final class Pending {
    private final Response response;
    private final Future<Graded> future;

    private Pending(Response response, Future<Graded> future) {
      this.response = response;
      this.future = future;
    }

    /// Waits for the judgement, at most as long as the grader allows.
    public Graded await() {
      try {
        return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        future.cancel(true);
        return withheld(Verdict.TIME_OUT);
      } catch (ExecutionException e) {
        return withheld(Verdict.VERIFIER_ERROR);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return withheld(Verdict.VERIFIER_ERROR);
      }
    }

    private Graded withheld(Verdict verdict) {
      return new Graded(response, verdict, Map.of(), 0, false);
    }
  }

  /// Begins to judge a response.
  public Pending submit(Response response) {
    return new Pending(response, threads.submit(() -> rewards.grade(response)));
  }

  /// Stops rules that are still running.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
