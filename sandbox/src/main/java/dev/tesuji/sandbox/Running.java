package dev.tesuji.sandbox;

import dev.tesuji.sandbox.Outcome.End;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A program that has been started, with its streams, and a watch over what it takes.
///
/// Closing it ends the program and all that it started.
public final class Running implements AutoCloseable {
  private static final int LOOK_MILLIS = 10; // between looks at the memory
  private static final int WALLED_LOOK_MILLIS = 100; // where the kernel holds it
  private static final Duration SET_UP = Duration.ofSeconds(30);
  private static final int ERROR_BYTES = 1 << 14;
  private static final long DRAIN_MILLIS = 2000;
  private static final long DYING_MILLIS = 100;
  private static final long MEGABYTE = 1 << 20;
  private static final long MOST_GRANTED = 3; // times the limit
  private static final long LEAST_GRANTED = 1_000_000;

  private final Job job;
  private final byte[] sign;
  private final Process process;
  private final Collector errors;
  private final @Nullable Cgroup group;
  private final long killsBefore;
  private final AtomicReference<@Nullable End> stopped = new AtomicReference<>();
  private final CountDownLatch watch;
  private final Launch launch;
  private final Jail jail;
  private volatile boolean walled;
  private volatile long begun;
  private volatile long deadline;
  private volatile long granted; // time without a processor that was given back
  private volatile long ended;

  /// Takes a process that has just been started.
  ///
  /// @param jail holds it
  Running(Launch launch, Process process, Jail jail) {
    this.launch = launch;
    this.jail = jail;
    job = launch.job();
    sign = (launch.nonce() + "\n").getBytes(StandardCharsets.US_ASCII);
    group = launch.lane().group();
    killsBefore = group == null ? 0 : group.kills();
    this.process = process;
    begun = System.nanoTime();
    deadline = begun + SET_UP.toNanos();
    errors =
        new Collector(
            "sandbox-errors", process.getErrorStream(), ERROR_BYTES, this::begin, () -> {});
    watch = Threads.start("sandbox-watch", this::watch);
  }

  /// Starts the program's clock: the walls stand.
  private void begin() {
    walled = true;
    begun = System.nanoTime();
    deadline = begun + job.limits().time().toNanos();
  }

  private void watch() {
    ProcessTree tree = new ProcessTree(process.pid());
    long memory = job.limits().megabytes() * MEGABYTE;
    int look = group == null ? LOOK_MILLIS : WALLED_LOOK_MILLIS;
    try {
      while (true) {
        long left = deadline - System.nanoTime();
        if (left <= 0 && stopped.get() == null) {
          long grant = grant(tree);
          if (grant <= 0) {
            stop(End.TIME_OUT);
          }
          left = grant;
        }
        long pause = Math.clamp(left, 0, TimeUnit.MILLISECONDS.toNanos(look));
        if (process.waitFor(Math.max(pause, 1), TimeUnit.NANOSECONDS)) {
          ended = System.nanoTime();
          return;
        }
        if (walled && stopped.get() == null && tree.memory() > memory) {
          stop(End.MEMORY);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Gives a program back the time in which it was ready to run and other programs of the machine
  /// had its processor, so that a busy machine makes no program slow. Returns what was given.
  private long grant(ProcessTree tree) {
    long most = MOST_GRANTED * job.limits().time().toNanos();
    long all = Math.min(tree.starved(jail.ownProcesses()), most);
    long more = all - granted;
    if (more < LEAST_GRANTED) {
      return 0;
    }
    granted = all;
    long later = deadline + more;
    deadline = later;
    return later - System.nanoTime();
  }

  /// Ends the program for a reason; the first one stands.
  void stop(End reason) {
    stopped.compareAndSet(null, reason);
    // one that does no harm ends by itself with its jail; bombs would hold that up
    boolean harmless = reason == End.EXITED && walled && jail.endsAtOnce();
    if (process.isAlive() && !harmless) {
      new ProcessTree(process.pid()).processes().forEach(Running::kill);
    }
    process.destroyForcibly();
  }

  private static void kill(long pid) {
    if (pid > 1) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  /// Returns the program's standard input.
  public OutputStream input() {
    return process.getOutputStream();
  }

  /// Returns the program's standard output.
  public InputStream output() {
    return process.getInputStream();
  }

  /// Gives the program so much time from now.
  public void extend(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
  }

  /// Returns by how many nanoseconds its limit was extended so far, because other programs had its
  /// processor.
  public long granted() {
    return granted;
  }

  /// Takes the program to have ended, since its output has: it is ended where it has not.
  public Outcome finish() throws InterruptedException {
    if (process.waitFor(DYING_MILLIS, TimeUnit.MILLISECONDS)) {
      return await();
    }
    return end();
  }

  /// Ends the program, which is needed no more.
  public Outcome end() throws InterruptedException {
    stop(End.EXITED);
    return await();
  }

  /// Waits for the end of the program, and returns it without its output.
  public Outcome await() throws InterruptedException {
    watch.await();
    errors.await(DRAIN_MILLIS);
    return outcome(new byte[0]);
  }

  Outcome outcome(byte[] output) {
    byte[] text = errors.bytes();
    boolean begins = Arrays.mismatch(text, sign) >= sign.length || Arrays.equals(text, sign);
    byte[] rest = begins ? Arrays.copyOfRange(text, sign.length, text.length) : text;
    int status = process.isAlive() ? -1 : process.exitValue();
    long wall = (ended == 0 ? System.nanoTime() : ended) - begun;
    Duration time = Duration.ofNanos(wall - granted);
    return new Outcome(reason(begins), status, output, rest, time);
  }

  private End reason(boolean begins) {
    if (group != null && group.kills() > killsBefore) {
      return End.MEMORY;
    }
    End reason = stopped.get();
    if (reason != null && (begins || reason != End.TIME_OUT)) {
      return reason;
    }
    return begins ? End.EXITED : End.NOT_STARTED;
  }

  @Override
  public void close() {
    stop(End.EXITED);
    try {
      watch.await();
      errors.await(DRAIN_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (Closeable stream :
        List.of(process.getOutputStream(), process.getInputStream(), process.getErrorStream())) {
      try {
        stream.close();
      } catch (IOException _) {
        // its other end is gone
      }
    }
    launch.discard();
  }
}
