package dev.tesuji.sandbox;

import dev.tesuji.check.BadInput;
import dev.tesuji.sandbox.Outcome.End;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A pool of lanes, one for each processor, in which programs that nobody trusts run.
public final class Sandbox implements AutoCloseable {
  /// As many processes as a lane's control group allows: those of a program, its jail's, and those
  /// that ask about its results.
  private static final int PROCESSES = 2 * Jail.PROCESSES;

  private final Jail jail;
  private final Path folder;
  private final List<Lane> lanes = new ArrayList<>();
  private final BlockingQueue<Lane> free;
  private final boolean grouped;

  private Sandbox(Jail jail, Path folder) {
    this.jail = jail;
    this.folder = folder;
    List<Integer> cores = Machine.cores();
    int count = Math.max(1, cores.size());
    free = new ArrayBlockingQueue<>(count);
    boolean groups = true;
    for (int i = 0; i < count; i++) {
      String name = "tesuji-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-" + i;
      Cgroup group = Cgroup.make(name, PROCESSES);
      groups &= group != null;
      lanes.add(new Lane(jail, i, cores.isEmpty() ? null : cores.get(i), group, free::add));
    }
    grouped = groups;
    free.addAll(lanes);
  }

  /// Opens the best sandbox that works here.
  ///
  /// @param unsafe whether code may run without walls where none can be had
  /// @throws BadInput when there is none, with what would help
  public static Sandbox open(boolean unsafe) {
    return open(unsafe, _ -> true);
  }

  /// Opens the best of some sandboxes.
  static Sandbox open(boolean unsafe, Predicate<Jail> wanted) {
    List<String> troubles = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory("tesuji-sandbox-");
      List<Jail> jails = Machine.jails(folder, troubles);
      for (Jail jail : jails.stream().filter(wanted).toList()) {
        Sandbox sandbox = new Sandbox(jail, folder);
        String trouble = sandbox.trouble();
        if (trouble == null) {
          return sandbox;
        }
        troubles.add(jail.label() + ": " + trouble);
        sandbox.end();
      }
      if (unsafe) {
        return new Sandbox(new Bare(), folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new BadInput(
        "code must run in a sandbox, got none that works here ("
            + String.join("; ", troubles)
            + "); "
            + Machine.REMEDY);
  }

  /// Tries the jail: a program must run, and must see no more than it should.
  private @Nullable String trouble() {
    Job job =
        new Job(
            List.of(Shell.SHELL, "-c", "read line 2>/dev/null < /etc/passwd && exit 1; echo well"),
            Map.of("empty", new byte[0]),
            List.of(),
            new Limits(Duration.ofSeconds(10), 256, 0, 1 << 10),
            false);
    try (Lane lane = lane()) {
      Outcome outcome = lane.run(job, new byte[0]);
      String output = new String(outcome.output(), StandardCharsets.UTF_8).strip();
      if (outcome.end() == End.EXITED && output.equals("well")) {
        return null;
      }
      String error = outcome.errorText().lines().collect(Collectors.joining(" / "));
      return error.isBlank() ? "ended by " + outcome.end() + ", status " + outcome.status() : error;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } catch (UncheckedIOException e) {
      return String.valueOf(e.getCause());
    }
  }

  /// Takes a lane, waiting for one to be free. The caller gives it back by closing it.
  public Lane lane() throws InterruptedException {
    return free.take();
  }

  /// Returns how many programs run at once.
  public int lanes() {
    return lanes.size();
  }

  /// Returns what holds the programs, for people.
  public String description() {
    return jail.label()
        + (grouped && !(jail instanceof Landlock) ? " and control groups" : "")
        + ", "
        + lanes.size()
        + (lanes.size() == 1 ? " lane" : " lanes");
  }

  /// Returns whether anything holds the programs.
  public boolean isSafe() {
    return !(jail instanceof Bare);
  }

  private void end() {
    lanes.forEach(Lane::end);
  }

  @Override
  public void close() {
    end();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException _) {
      // a folder of temporary files that stays
    }
  }
}
