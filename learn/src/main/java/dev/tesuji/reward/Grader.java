package dev.tesuji.reward;

import dev.tesuji.answer.Verdict;
import dev.tesuji.reward.Graded.Cost;
import dev.tesuji.reward.RewardMix.RuleFault;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Judges responses while others are still being generated.
///
/// Each response has a virtual thread, on which rules that wait for other machines, or for a model,
/// wait. Rules that compute run on threads of their own, no more at once than there are processors.
/// Their limit is on CPU time, so that a busy machine or a long queue makes no rule look slow. A
/// rule that throws or exceeds it costs one verdict, never the run: it is interrupted and, where it
/// does not listen, left behind.
public final class Grader implements AutoCloseable {
  private static final int ASLEEP = 6; // how much longer than its CPU time a rule may take in all
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grader-", 0).factory());
  private final ExecutorService workers =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("grader-rules-", 0).factory());
  private final Semaphore processors =
      new Semaphore(Runtime.getRuntime().availableProcessors(), true);
  private final RewardMix rewards;
  private final Duration limit;

  /// Makes a grader that gives the rules ten seconds of CPU time for one response.
  public Grader(RewardMix rewards) {
    this(rewards, Duration.ofSeconds(10));
  }

  /// Makes a grader, which owns the rewards from now on.
  ///
  /// @param limit how much CPU time the rules may take for one response; asleep, six times as long
  public Grader(RewardMix rewards, Duration limit) {
    this.rewards = rewards;
    this.limit = limit;
  }

  /// Returns what responses are judged by.
  public RewardMix rewards() {
    return rewards;
  }

  /// A response whose judgement is under way.
  public static final class Job {
    private final Response response;
    private final Future<Graded> future;

    private Job(Response response, Future<Graded> future) {
      this.response = response;
      this.future = future;
    }

    /// Waits for the judgement.
    ///
    /// @throws RewardFailure when no judgement can be had at all
    public Graded await() {
      try {
        return future.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RewardFailure failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Graded.withheld(response, Verdict.VERIFIER_ERROR, "interrupted", Cost.NONE);
      }
    }
  }

  /// Begins to judge a response.
  public Job submit(Response response) {
    return new Job(response, threads.submit(() -> grade(response)));
  }

  private Graded grade(Response response) throws InterruptedException {
    long asked = System.nanoTime();
    Map<RewardMix.Part, Future<Judgement>> waiting = new HashMap<>();
    for (RewardMix.Part part : rewards.parts()) {
      if (!part.computesHere()) {
        waiting.put(part, threads.submit(() -> RewardMix.judge(part, response)));
      }
    }
    processors.acquire();
    Work work = new Work(response, (System.nanoTime() - asked) / 1e9);
    try {
      workers.execute(work.task);
      work.await();
    } catch (TimeoutException e) {
      work.task.cancel(true);
      return Graded.withheld(
          response,
          Verdict.TIME_OUT,
          "its rules took more than " + limit.toMillis() / 1e3 + " s",
          work.cost());
    } catch (ExecutionException e) {
      return failed(response, e, work.cost());
    } finally {
      processors.release();
    }
    return finish(response, work, waiting);
  }

  /// Puts together what the rules here and elsewhere said.
  private Graded finish(
      Response response, Work work, Map<RewardMix.Part, Future<Judgement>> waiting)
      throws InterruptedException {
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < work.computed.length; i++) {
      RewardMix.Part part = rewards.parts().get(i);
      Future<Judgement> elsewhere = waiting.get(part);
      if (elsewhere == null) {
        judgements.add(work.computed[i]);
        continue;
      }
      try {
        judgements.add(elsewhere.get(part.reward().patience().toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        elsewhere.cancel(true);
        String trouble = "reward '" + part.name() + "' took more than " + part.reward().patience();
        return Graded.withheld(response, Verdict.TIME_OUT, trouble, work.cost());
      } catch (ExecutionException e) {
        return failed(response, e, work.cost());
      }
    }
    return rewards.sum(response, work.verdict, judgements).withCost(work.cost());
  }

  private static Graded failed(Response response, ExecutionException e, Cost cost) {
    if (e.getCause() instanceof RewardFailure failure) {
      throw failure;
    }
    String trouble =
        e.getCause() instanceof RuleFault fault
            ? String.valueOf(fault.getMessage())
            : "judging threw " + e.getCause();
    return Graded.withheld(response, Verdict.VERIFIER_ERROR, trouble, cost);
  }

  /// The rules that compute here, at work on one response.
  private final class Work {
    private final Response response;
    private final double queued;
    private final Judgement[] computed = new Judgement[rewards.parts().size()];
    private final FutureTask<Void> task = new FutureTask<>(this::compute, null);
    private final long begun = System.nanoTime();
    private Verdict verdict = Verdict.VERIFIER_ERROR; // until it is known
    private volatile long thread = -1; // on which the rules run
    private volatile long before; // nanoseconds of CPU time that it had taken by then
    private volatile long spent = -1; // that the rules took; below 0 while they do

    Work(Response response, double queued) {
      this.response = response;
      this.queued = queued;
      Arrays.fill(computed, new Judgement.Withheld(Verdict.VERIFIER_ERROR));
    }

    private void compute() {
      before = THREADS.getCurrentThreadCpuTime();
      thread = Thread.currentThread().threadId();
      try {
        verdict = rewards.verdict(response);
        for (int i = 0; i < computed.length; i++) {
          if (rewards.parts().get(i).computesHere()) {
            computed[i] = RewardMix.judge(rewards.parts().get(i), response);
          }
        }
      } finally {
        spent = THREADS.getCurrentThreadCpuTime() - before;
      }
    }

    /// Waits until the rules are done.
    ///
    /// @throws TimeoutException when they took too long
    void await() throws InterruptedException, ExecutionException, TimeoutException {
      long cpu = limit.toNanos();
      while (true) {
        long left = Math.min(cpu - spent(), ASLEEP * cpu - (System.nanoTime() - begun));
        if (left <= 0) {
          throw new TimeoutException();
        }
        try {
          task.get(left, TimeUnit.NANOSECONDS);
          return;
        } catch (TimeoutException e) {
          // Perhaps it had no processor to itself: what counts is its CPU time.
        }
      }
    }

    private long spent() {
      if (spent >= 0) {
        return spent;
      }
      return thread < 0 ? 0 : Math.max(0, THREADS.getThreadCpuTime(thread) - before);
    }

    Cost cost() {
      return new Cost(queued, spent() / 1e9);
    }
  }

  /// Stops rules that are still running, and closes the rewards.
  @Override
  public void close() {
    threads.shutdownNow();
    workers.shutdownNow();
    rewards.parts().forEach(part -> part.reward().close());
  }
}
