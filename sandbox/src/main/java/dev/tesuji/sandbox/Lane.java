package dev.tesuji.sandbox;

import dev.tesuji.sandbox.Outcome.End;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A place where one program runs at a time, held to one processor.
///
/// Programs are started by a thread of the lane's own, which is held to the processor: the kernel
/// hands that on to what it starts, and ends a program when the thread that started it ends.
public final class Lane implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int PIPE = 1 << 15; // a pipe takes as much without a reader
  private static final long DRAIN_MILLIS = 2000;
  private static final long MEGABYTE = 1 << 20;

  private final Jail jail;
  private final Jail.Place place;
  private final ExecutorService starter;
  private final Consumer<Lane> giveBack;

  /// Makes a lane.
  ///
  /// @param index its number, from 0
  /// @param core the processor that it is held to; null for any
  /// @param group its control group; null where none can be made
  Lane(
      Jail jail,
      int index,
      @Nullable Integer core,
      @Nullable Cgroup group,
      Consumer<Lane> giveBack) {
    this.jail = jail;
    this.giveBack = giveBack;
    starter =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-lane-" + index).factory());
    Jail.Place whole = new Jail.Place(index, core, group, 0, starter);
    place = CompletableFuture.supplyAsync(() -> jail.settled(whole), starter).join();
  }

  /// Starts a program, whose streams the caller uses and which the caller closes.
  ///
  /// @throws UncheckedIOException when the system has no process or file for it
  public Running start(Job job) throws InterruptedException {
    return start(job, place);
  }

  /// Starts a program that outlives the lane's others: their limits do not count what it takes.
  ///
  /// @throws UncheckedIOException when the system has no process or file for it
  public Running startBeside(Job job) throws InterruptedException {
    return start(job, place.beside());
  }

  private Running start(Job job, Jail.Place where) {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    Launch launch = new Launch(job, HexFormat.of().formatHex(random), where);
    try {
      Cgroup group = where.group();
      if (group != null) {
        group.limit(job.limits().megabytes() * MEGABYTE);
      }
      return new Running(launch, jail.start(launch), jail);
    } catch (IOException e) {
      launch.discard();
      throw new UncheckedIOException(e);
    }
  }

  /// Runs a program to its end.
  ///
  /// @param input what it reads from its standard input
  public Outcome run(Job job, byte[] input) throws InterruptedException {
    try (Running running = start(job)) {
      Collector output =
          new Collector(
              "sandbox-output",
              running.output(),
              job.limits().outputBytes(),
              () -> {},
              () -> running.stop(End.OUTPUT));
      if (input.length <= PIPE) {
        feed(running, input);
      } else {
        Threads.start("sandbox-input", () -> feed(running, input));
      }
      running.await();
      output.await(DRAIN_MILLIS);
      return running.outcome(output.bytes());
    }
  }

  private static void feed(Running running, byte[] input) {
    try (OutputStream out = running.input()) {
      out.write(input);
    } catch (IOException _) {
      // it reads no more
    }
  }

  void end() {
    starter.shutdownNow();
    Cgroup group = place.group();
    if (group != null) {
      group.close();
    }
  }

  /// Lets another take the lane.
  @Override
  public void close() {
    giveBack.accept(this);
  }
}
