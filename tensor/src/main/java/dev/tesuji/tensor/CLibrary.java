package dev.tesuji.tensor;

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
import java.util.stream.IntStream;

/// Settings of the C library that libtorch runs on; what a platform lacks is left alone.
final class CLibrary {
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_MMAP_THRESHOLD = -3;
  private static final int LARGEST_HEAP_BLOCK = 32 << 20; // glibc accepts no more

  private static final int SIZES = 10; // of struct mallinfo2
  private static final int MAPPED = 4; // for single blocks
  private static final int USED = 7; // on the heap

  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_UNRESERVED = 0x2 | 0x20 | 0x4000; // Linux
  private static final int IN_LARGE_PAGES = 14;
  private static final int NOT_NEEDED = 4;

  private static final Optional<MethodHandle> MALLINFO =
      function("mallinfo2", FunctionDescriptor.of(longs(SIZES)));
  private static final Optional<MethodHandle> TRIM =
      function("malloc_trim", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
  private static final Optional<MethodHandle> ADVISE =
      function(
          "madvise",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private CLibrary() {}

  private static MemoryLayout longs(int n) {
    MemoryLayout[] longs =
        Collections.nCopies(n, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new);
    return MemoryLayout.structLayout(longs);
  }

  /// Sets a variable for the C libraries of this process, unless the user has set it.
  static void setEnvironment(String name, String value) {
    if (System.getenv(name) != null) {
      return;
    }
    MethodHandle setenv =
        function(
                "setenv",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT))
            .orElse(null);
    if (setenv == null) {
      return; // Windows
    }
    try (Arena arena = Arena.ofConfined()) {
      int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (result != 0) {
        throw new IllegalStateException("setenv " + name + " failed");
      }
    } catch (Throwable e) {
      throw new IllegalStateException("could not set " + name + " for the C libraries", e);
    }
  }

  /// Makes glibc keep freed memory for the next step.
  ///
  /// Left alone, it gives buffers back to the system after each use and takes them again, and moves
  /// the sizes for which it does so: resident memory then wanders by 10 % over a run whose steps
  /// need the same.
  static void keepFreedMemory() {
    MethodHandle mallopt =
        function(
                "mallopt",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
            .orElse(null);
    if (mallopt == null) {
      return; // not glibc
    }
    try {
      int ignored = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGEST_HEAP_BLOCK);
      ignored = (int) mallopt.invokeExact(M_TRIM_THRESHOLD, Integer.MAX_VALUE);
    } catch (Throwable e) {
      throw new IllegalStateException("could not set up malloc", e);
    }
  }

  /// Returns whether the library is glibc, which counts what it hands out.
  static boolean counts() {
    return MALLINFO.isPresent();
  }

  /// Returns the bytes that glibc has handed out; 0 for another library.
  static long handedOut() {
    return counted(MAPPED, USED);
  }

  private static long counted(int... sizes) {
    if (MALLINFO.isEmpty()) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = (MemorySegment) MALLINFO.get().invokeExact((SegmentAllocator) arena);
      return IntStream.of(sizes).mapToLong(i -> info.getAtIndex(ValueLayout.JAVA_LONG, i)).sum();
    } catch (Throwable e) {
      throw new IllegalStateException("mallinfo2 failed", e);
    }
  }

  /// Reserves a range of addresses, which has no memory until it is written to.
  ///
  /// @return where it begins; 0 where the system is not Linux, or refuses
  static long reserve(long bytes) {
    MethodHandle map =
        function(
                "mmap",
                FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG))
            .orElse(null);
    if (map == null || MALLINFO.isEmpty()) {
      return 0;
    }
    try {
      long address =
          (long) map.invokeExact(0L, bytes, READ_AND_WRITE, PRIVATE_ANONYMOUS_UNRESERVED, -1, 0L);
      if (address == -1) {
        return 0;
      }
      advise(address, bytes, IN_LARGE_PAGES); // or else in small ones
      return address;
    } catch (Throwable e) {
      throw new IllegalStateException("mmap failed", e);
    }
  }

  /// Gives the memory of whole pages back to the system: they are zero when they are next used.
  static void giveBack(long address, long bytes) {
    advise(address, bytes, NOT_NEEDED);
  }

  private static void advise(long address, long bytes, int advice) {
    if (ADVISE.isEmpty()) {
      return;
    }
    try {
      int _ = (int) ADVISE.get().invokeExact(address, bytes, advice);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise failed", e);
    }
  }

  /// Gives what glibc keeps for later back to the system.
  static void giveFreedMemoryBack() {
    if (TRIM.isEmpty()) {
      return;
    }
    try {
      int _ = (int) TRIM.get().invokeExact(0L);
    } catch (Throwable e) {
      throw new IllegalStateException("malloc_trim failed", e);
    }
  }

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.defaultLookup().find(name).map(f -> linker.downcallHandle(f, type));
  }
}
