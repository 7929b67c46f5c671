package dev.tesuji.tensor;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// What is handed out in native memory while something runs.
public final class NativeMemory {
  private static final int RUNS = 5;

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
  /// every tenth of a millisecond: the median of several runs, since the compilers of the JVM take
  /// and give back memory beside them, after two that make what stays.
  public static long most(Runnable work) {
    work.run();
    work.run();
    long[] most = LongStream.range(0, RUNS).map(_ -> mostOfOne(work)).sorted().toArray();
    return most[RUNS / 2];
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
    return most.get() - before;
  }
}
