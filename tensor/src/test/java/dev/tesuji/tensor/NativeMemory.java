package dev.tesuji.tensor;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// What is handed out in native memory while something runs.
public final class NativeMemory {
  private static final int RUNS = 7; // at most
  private static final int QUIET_RUNS = 3;
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private NativeMemory() {}

  /// Says whether the C library counts what it hands out.
  public static boolean isKnown() {
    return CLibrary.counts();
  }

  /// Returns the bytes that are in use now.
  public static long now() {
    return Memory.handedOut();
  }

  /// Returns the most bytes that are in use while something runs, beyond those before, looked at
  /// every tenth of a millisecond, after two runs that make what stays.
  ///
  /// The compilers of the JVM take ten megabytes and more for a method, and give them back when it
  /// is done: they are in use before a run, or after it, or add to it. So of what a run takes
  /// beyond the less of before and after, the least but one counts, since a look may come too late
  /// for the most of a run; there are more runs while methods are compiled.
  public static long most(Runnable work) {
    work.run();
    work.run();
    List<Long> most = new ArrayList<>();
    int quiet = 0;
    for (int i = 0; i < RUNS && quiet < QUIET_RUNS; i++) {
      long compiled = COMPILERS.getTotalCompilationTime();
      most.add(mostOfOne(work));
      quiet += COMPILERS.getTotalCompilationTime() == compiled ? 1 : 0;
    }
    Collections.sort(most);
    return most.get(1);
  }

  private static long mostOfOne(Runnable work) {
    long before = Memory.handedOut();
    AtomicLong most = new AtomicLong(before);
    AtomicBoolean over = new AtomicBoolean();
    Thread watch =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!over.get()) {
                most.accumulateAndGet(Memory.handedOut(), Math::max);
                LockSupport.parkNanos(100_000);
              }
            });
    work.run();
    over.set(true);
    try {
      watch.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return most.get() - Math.min(before, Memory.handedOut());
  }
}
