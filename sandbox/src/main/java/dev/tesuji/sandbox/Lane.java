package dev.tesuji.sandbox;

import dev.tesuji.sandbox.Outcome.End;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

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

  Lane(Jail jail, Jail.Place place, Consumer<Lane> giveBack) {
    this.jail = jail;
    this.giveBack = giveBack;
    starter =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sandbox-lane-" + place.index()).factory());
    Integer core = place.core();
    boolean held =
        core != null
            && CompletableFuture.supplyAsync(
                    () -> Spawner.here().map(s -> s.pin(core)).orElse(false), starter)
                .join();
    this.place = held ? new Jail.Place(place.index(), null, place.group()) : place;
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
    return start(job, new Jail.Place(place.index(), place.core(), null));
  }

  private Running start(Job job, Jail.Place where) throws InterruptedException {
    try {
      return starter.submit(() -> begin(job, where)).get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw new UncheckedIOException(io);
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private Running begin(Job job, Jail.Place where) throws IOException {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    Path folder = Files.createTempDirectory("tesuji-box-");
    Path box = Files.createDirectory(folder.resolve("box"));
    for (Map.Entry<String, byte[]> file : job.files().entrySet()) {
      Files.write(box.resolve(file.getKey()), file.getValue());
    }
    Cgroup group = where.group();
    if (group != null) {
      group.limit(job.limits().megabytes() * MEGABYTE);
    }
    Jail.Launch launch =
        new Jail.Launch(
            job,
            HexFormat.of().formatHex(random),
            folder,
            List.copyOf(job.files().keySet()),
            where);
    return new Running(launch, jail.start(launch), jail.ownProcesses());
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
