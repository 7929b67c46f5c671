package dev.tesuji.hub;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A lock file as the field's Python tools take it: `flock`, which the system gives back when a
/// process dies. Java's own file locks are of another kind that `flock` does not see.
final class Flock implements AutoCloseable {
  private static final int READ_WRITE = 2;
  private static final int EXCLUSIVE_AT_ONCE = 2 | 4;
  private static final long PAUSE_MILLIS = 100;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final @Nullable MethodHandle OPEN = open();
  private static final @Nullable MethodHandle FLOCK = flock();
  private static final @Nullable MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final int descriptor; // -1 where the system gave none

  private Flock(int descriptor) {
    this.descriptor = descriptor;
  }

  /// Takes a lock, waiting for whoever has it. Where the file system has no locks, or the folder
  /// cannot be written to, none is held: downloads are safe without it, and only made twice.
  ///
  /// @param waiting is told when it has to wait
  static Flock take(Path file, Runnable waiting) {
    MethodHandle lock = FLOCK;
    int descriptor = descriptor(file);
    if (descriptor < 0 || lock == null) {
      return new Flock(-1);
    }
    boolean told = false;
    while (true) {
      int trouble = tryLock(lock, descriptor);
      if (trouble == 0) {
        return new Flock(descriptor);
      }
      if (!isTaken(trouble)) {
        new Flock(descriptor).close();
        return new Flock(-1);
      }
      if (!told) {
        told = true;
        waiting.run();
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        new Flock(descriptor).close();
        return new Flock(-1);
      }
    }
  }

  /// Returns whether it is held, so that nobody else is at work on the same thing.
  boolean isHeld() {
    return descriptor >= 0;
  }

  @Override
  public void close() {
    if (descriptor >= 0 && CLOSE != null) {
      try {
        var _ = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// Returns 0, or the number of the error.
  private static int tryLock(MethodHandle lock, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemoryLayout layout = Linker.Option.captureStateLayout();
      MemorySegment state = arena.allocate(layout);
      VarHandle errno = layout.varHandle(MemoryLayout.PathElement.groupElement("errno"));
      int result = (int) lock.invokeExact(state, descriptor, EXCLUSIVE_AT_ONCE);
      return result == 0 ? 0 : (int) errno.get(state, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /// EINTR, EWOULDBLOCK of Linux and of macOS.
  private static boolean isTaken(int errno) {
    return errno == 4 || errno == 11 || errno == 35;
  }

  private static int descriptor(Path file) {
    MethodHandle open = OPEN;
    if (open == null) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      Files.createDirectories(file.resolveSibling(""));
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException _) {
        // another's, or an earlier one of ours
      }
      return (int) open.invokeExact(arena.allocateFrom(file.toString()), READ_WRITE);
    } catch (IOException _) {
      return -1;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable MethodHandle open() {
    return function(
        "open",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }

  private static @Nullable MethodHandle flock() {
    return function(
        "flock",
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
        Linker.Option.captureCallState("errno"));
  }

  @SuppressWarnings("restricted") // a call out of Java, as the launcher allows
  private static @Nullable MethodHandle function(
      String name, FunctionDescriptor shape, Linker.Option... options) {
    SymbolLookup lookup = LINKER.defaultLookup();
    return lookup.find(name).map(f -> LINKER.downcallHandle(f, shape, options)).orElse(null);
  }
}
