package dev.tesuji.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tesuji.check.BadInput;
import dev.tesuji.files.Mutations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Puts code through broken files, and holds it to what a user may expect of it: it ends within 5
/// seconds, well or with one sentence that names the file, and takes memory in proportion to the
/// file and not to what the file claims.
///
/// Reproduce one case: `-Dtesuji.fuzz.seed=SEED -Dtesuji.fuzz.case=NUMBER`, with the numbers of the
/// failure. A native library that takes the whole JVM with it leaves them in `target/ordeal`.
public final class Ordeal implements AutoCloseable {
  private static final long SEED = Long.getLong("tesuji.fuzz.seed", 20_261_121);
  private static final long ONLY = Long.getLong("tesuji.fuzz.case", -1);
  private static final Path LAST = Path.of("target/ordeal");
  private static final int SECONDS = 5;
  private static final long FACTOR = 16;
  private static final long BASE = 8L << 20;
  private static final int TRIES = 3;
  private static final Path PEAK = Path.of("/proc/self/clear_refs");
  private static final long NATIVE_BASE = 128L << 20; // the heap's own pages come and go
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// One case.
  public interface Case {
    /// Writes a broken file and returns what to do with it.
    Trial prepare(Mutations mutations) throws Exception;
  }

  /// Something to be done with a broken file.
  ///
  /// @param bytes the size of all files that it may read
  /// @param action reads them
  public record Trial(long bytes, Runnable action) {}

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final Path folder;
  private int passed;
  private int refused;

  /// Makes an ordeal.
  ///
  /// @param folder what a refusal must name: all files lie in it
  public Ordeal(Path folder) {
    this.folder = folder;
  }

  /// Goes through so many cases.
  public void run(int cases, Case broken) throws Exception {
    Files.createDirectories(LAST.getParent());
    for (int i = 0; i < cases; i++) {
      if (ONLY < 0 || ONLY == i) {
        String name = "-Dtesuji.fuzz.seed=" + SEED + " -Dtesuji.fuzz.case=" + i;
        Files.writeString(LAST, name);
        try {
          Trial trial = broken.prepare(new Mutations(SEED * 1_000_003 + i));
          endure(name, trial);
        } catch (Exception e) {
          throw new AssertionError("case could not be made: " + name, e);
        }
      }
    }
  }

  /// Says that some files were good enough, and most not.
  public void requireBoth() {
    if (ONLY < 0) {
      assertThat(passed).as("files accepted").isPositive();
      assertThat(refused).as("files refused").isPositive();
    }
    System.out.println(passed + " broken files were accepted and " + refused + " refused");
  }

  private void endure(String name, Trial trial) throws InterruptedException {
    Future<@Nullable Throwable> result = thread.submit(() -> attempt(trial));
    @Nullable Throwable thrown;
    try {
      thrown = result.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("still running after " + SECONDS + " seconds: " + name, e);
    } catch (ExecutionException e) {
      throw new AssertionError(name, e);
    }
    if (thrown == null) {
      passed++;
    } else if (thrown instanceof BadInput bad) {
      refused++;
      assertThat(bad.getMessage())
          .as(name)
          .startsWith(folder.toString())
          .hasSizeLessThan(2_000)
          .doesNotContain("\n");
    } else {
      throw new AssertionError(
          "neither accepted nor refused in a sentence: " + name + ": " + thrown, thrown);
    }
  }

  /// Runs a trial, again where it seems to have taken too much memory outside the heap: the JVM's
  /// own pages are counted too, and those of a heap that is touched for the first time, of a
  /// compiler or of another test's threads come once, while a reader that believes a broken file
  /// comes back.
  private static @Nullable Throwable attempt(Trial trial) {
    long allowed = FACTOR * trial.bytes() + NATIVE_BASE;
    long least = Long.MAX_VALUE;
    Throwable thrown = null;
    for (int i = 0; i < TRIES; i++) {
      long peak = freshPeak();
      long heap = Runtime.getRuntime().totalMemory();
      thrown = measured(trial);
      long grown = Memory.peakResident() - peak - (Runtime.getRuntime().totalMemory() - heap);
      least = Math.min(least, grown);
      if (least <= allowed) {
        return thrown;
      }
    }
    return new AssertionError(
        least + " bytes of memory outside the heap for files of " + trial.bytes(), thrown);
  }

  private static @Nullable Throwable measured(Trial trial) {
    long id = Thread.currentThread().threadId();
    long before = THREADS.getThreadAllocatedBytes(id);
    Throwable thrown = null;
    try (Scope _ = Scope.open()) {
      trial.action().run();
    } catch (Throwable e) {
      thrown = e;
    }
    long allocated = THREADS.getThreadAllocatedBytes(id) - before;
    return allocated > FACTOR * trial.bytes() + BASE
        ? new AssertionError(allocated + " bytes of heap for files of " + trial.bytes(), thrown)
        : thrown;
  }

  /// Returns the most memory that was resident, from now on where the kernel allows to begin anew.
  private static long freshPeak() {
    try {
      Files.writeString(PEAK, "5"); // proc(5): resets the peak to what is resident now
    } catch (IOException e) {
      // a peak that began earlier hides growth, but invents none
    }
    return Memory.peakResident();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
