package dev.tesuji.run;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// What glibc has handed out, by its `mallinfo2`: ten sizes, of which the fifth is memory mapped
/// for single blocks and the eighth blocks on the heap.
final class NativeMemory {
  private static final int SIZES = 10;
  private static final int RUNS = 9;
  private static final Optional<MethodHandle> MALLINFO = find();

  private NativeMemory() {}

  @SuppressWarnings("restricted") // reads what the C library counts
  private static Optional<MethodHandle> find() {
    Linker linker = Linker.nativeLinker();
    MemoryLayout[] sizes =
        Collections.nCopies(SIZES, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
    FunctionDescriptor type = FunctionDescriptor.of(MemoryLayout.structLayout(sizes));
    return linker.defaultLookup().find("mallinfo2").map(f -> linker.downcallHandle(f, type));
  }

  static boolean isKnown() {
    return MALLINFO.isPresent();
  }

  /// Returns the most bytes that are in use while something runs, beyond those before, looked at
  /// every tenth of a millisecond: the median of several runs, since the compilers of the JVM take
  /// and give back memory beside them, after two that make what stays.
  static long most(Runnable work) {
    work.run();
    work.run();
    long[] most = LongStream.range(0, RUNS).map(_ -> mostOfOne(work)).sorted().toArray();
    return most[RUNS / 2];
  }

  private static long mostOfOne(Runnable work) {
    long before = inUse();
    AtomicLong most = new AtomicLong(before);
    AtomicBoolean over = new AtomicBoolean();
    Thread watch =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!over.get()) {
                most.accumulateAndGet(inUse(), Math::max);
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

  private static long inUse() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info =
          (MemorySegment) MALLINFO.orElseThrow().invokeExact((SegmentAllocator) arena);
      return info.getAtIndex(ValueLayout.JAVA_LONG, 4) + info.getAtIndex(ValueLayout.JAVA_LONG, 7);
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2 failed", e);
    }
  }
}
