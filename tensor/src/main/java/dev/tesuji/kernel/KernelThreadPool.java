package dev.tesuji.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The threads that share the work of one kernel: the caller and a worker per other core.
///
/// Kernels take between microseconds and milliseconds, so workers watch for the next one for a
/// while before they go to sleep. Items are handed out one by one to whoever is free; what an item
/// computes must not depend on who computes it. A kernel that is called inside another, or while
/// another thread's is running, runs on its caller alone.
public final class KernelThreadPool {
  private static final long WATCH_NANOS = 200_000;
  private static final int SPINS = 64; // some microseconds of watching
  private static final KernelThreadPool TEAM =
      new KernelThreadPool(Runtime.getRuntime().availableProcessors());

  private final ReentrantLock lock = new ReentrantLock();
  private final Worker[] workers;
  private volatile @Nullable Job job;

  private KernelThreadPool(int threads) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// Does one item of the work.
  @FunctionalInterface
  public interface Work {
    /// Does an item.
    ///
    /// @param item which
    /// @param slot which thread of the team does it: whose scratch memory it may use
    void item(int item, int slot);
  }

  /// Returns how many threads may work at once: the slots are 0 to this number less one.
  public static int slots() {
    return TEAM.workers.length + 1;
  }

  /// Returns whether this thread is one of a team's workers.
  static boolean isWorker() {
    return Thread.currentThread() instanceof Worker;
  }

  /// Does items 0 to `items` - 1 and returns when all are done.
  public static void run(int items, Work work) {
    if (items <= 1 || TEAM.workers.length == 0 || TEAM.lock.isHeldByCurrentThread()) {
      alone(items, work);
    } else if (TEAM.lock.tryLock()) {
      try {
        TEAM.together(items, work);
      } finally {
        TEAM.lock.unlock();
      }
    } else {
      alone(items, work);
    }
  }

  /// Does `count` things in runs of up to `grain`.
  public static void ranges(int count, int grain, Range range) {
    int items = (count + grain - 1) / grain;
    run(items, (i, _) -> range.range(i * grain, Math.min(count, (i + 1) * grain)));
  }

  /// Does some things of many.
  @FunctionalInterface
  public interface Range {
    /// Does those from `from` to before `to`.
    void range(int from, int to);
  }

  private static void alone(int items, Work work) {
    for (int i = 0; i < items; i++) {
      work.item(i, 0);
    }
  }

  /// Lets another thread have this core, which may be the one that is waited for: the two would
  /// otherwise take turns of milliseconds.
  @SuppressWarnings("ThreadPriorityCheck") // faster where the scheduler heeds it, right in any case
  private static void giveWay() {
    Thread.yield();
  }

  private void together(int items, Work work) {
    Job next = new Job(work, items);
    job = next;
    for (Worker worker : workers) {
      if (worker.asleep) {
        LockSupport.unpark(worker);
      }
    }
    next.help(0);
    next.close();
    Throwable failure = next.failure;
    if (failure != null) {
      throw new IllegalStateException("a kernel failed", failure);
    }
  }

  /// Items to do. A worker that comes when they are all taken finds the job closed; nobody waits
  /// for one that sleeps.
  private static final class Job {
    private static final int CLOSED = Integer.MIN_VALUE;

    final Work work;
    final int items;
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger(); // workers; negative when closed
    volatile @Nullable Throwable failure;

    Job(Work work, int items) {
      this.work = work;
      this.items = items;
    }

    /// Helps, unless the job is closed.
    void join(int slot) {
      int now = inside.get();
      while (now >= 0 && !inside.compareAndSet(now, now + 1)) {
        now = inside.get();
      }
      if (now >= 0) {
        help(slot);
        inside.decrementAndGet();
      }
    }

    /// Lets nobody in any more and waits until all have left.
    void close() {
      inside.getAndAdd(CLOSED);
      for (int spins = 1; inside.get() != CLOSED; spins++) {
        Thread.onSpinWait();
        if (spins % SPINS == 0) {
          giveWay();
        }
      }
    }

    void help(int slot) {
      try {
        for (int i = next.getAndIncrement(); i < items; i = next.getAndIncrement()) {
          work.item(i, slot);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
        next.set(items);
      }
    }
  }

  private final class Worker extends Thread {
    final int slot;
    volatile boolean asleep;

    Worker(int slot) {
      super("kernel-" + slot);
      this.slot = slot;
      setDaemon(true);
    }

    @Override
    public void run() {
      Job last = null;
      while (true) {
        Job next = await(last);
        next.join(slot);
        last = next;
      }
    }

    private Job await(@Nullable Job last) {
      long start = System.nanoTime();
      for (int spins = 1; ; spins++) {
        Job next = job;
        if (next != null && next != last) {
          return next;
        }
        Thread.onSpinWait();
        if (spins % SPINS != 0) {
          continue;
        }
        if (System.nanoTime() - start > WATCH_NANOS) {
          asleep = true;
          if (job == last) {
            LockSupport.park(KernelThreadPool.this);
          }
          asleep = false;
          start = System.nanoTime();
        } else {
          giveWay();
        }
      }
    }
  }
}
