package dev.tesuji.cluster;

import dev.tesuji.check.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process of a local cluster, as its file of processes remembers it.
///
/// A number alone does not name a process: the system gives it to another one day. The moment of
/// the start does.
///
/// @param role master or worker
/// @param pid the number that the system gave it
/// @param started when it started, in milliseconds since 1970
record ClusterProcess(String role, long pid, long started) {
  private static final long CLOCK_STEP_MS = 1_500; // the system counts the start from its boot
  private static final Duration GRACE = Duration.ofSeconds(15);

  static ClusterProcess of(String role, Process process) {
    long started =
        process.info().startInstant().map(java.time.Instant::toEpochMilli).orElseGet(() -> 0L);
    return new ClusterProcess(role, process.pid(), started);
  }

  /// Adds it to a file of processes.
  void note(Path file) throws IOException {
    Files.writeString(
        file,
        role + " " + pid + " " + started + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /// Reads a file of processes; nothing where there is none.
  ///
  /// @throws BadInput when it is none
  static List<ClusterProcess> read(Path file) throws IOException {
    List<ClusterProcess> all = new ArrayList<>();
    if (!Files.exists(file)) {
      return all;
    }
    int line = 0;
    for (String text : Files.readAllLines(file)) {
      line++;
      if (!text.matches("[a-z]+ \\d{1,18} \\d{1,18}")) {
        throw BadInput.at(
            file,
            line,
            "must be a role, a process and its start, got "
                + BadInput.brief(text)
                + "; end the processes of the cluster by hand, and delete the file");
      }
      String[] words = text.split(" ", -1);
      all.add(new ClusterProcess(words[0], Long.parseLong(words[1]), Long.parseLong(words[2])));
    }
    return all;
  }

  /// Returns the process, while it lives; nothing when its number belongs to another by now.
  Optional<ProcessHandle> find() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(p ->
            p.info()
                .startInstant()
                .filter(s -> Math.abs(s.toEpochMilli() - started) <= CLOCK_STEP_MS)
                .isPresent());
  }

  /// Ends it, and what it started; waits until they are gone.
  ///
  /// @return whether it was alive
  boolean end() {
    Optional<ProcessHandle> found = find();
    found.ifPresent(process -> {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      process.destroy(); // a worker ends its executors
      all.addFirst(process);
      all.forEach(ClusterProcess::await);
    });
    return found.isPresent();
  }

  private static void await(ProcessHandle process) {
    try {
      process.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
