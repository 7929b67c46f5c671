package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A control group of the kernel, where one can be made: a limit on memory and on processes that
/// holds for all of a lane's processes together.
///
/// Knows the separate hierarchies of version 1 and, where its parent hands the controllers on, the
/// one of version 2.
final class Cgroup implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final long MEGABYTE = 1 << 20;
  private static final int ATTEMPTS = 100;
  private static final int PAUSE_MILLIS = 10;

  private final Path memory;
  private final Path pids;
  private final boolean unified;
  private volatile long limit; // that the kernel was told; 0 for none

  private Cgroup(Path memory, Path pids, boolean unified) {
    this.memory = memory;
    this.pids = pids;
    this.unified = unified;
  }

  /// Makes a group below that of this process; null where that cannot be done.
  static @Nullable Cgroup make(String name, int processes) {
    try {
      Path memory = own("memory");
      Path pids = own("pids");
      if (memory != null && pids != null) {
        return new Cgroup(
                Files.createDirectory(memory.resolve(name)),
                Files.createDirectory(pids.resolve(name)),
                false)
            .ready(processes);
      }
      Path all = own("");
      if (all == null || !handsOn(all)) {
        return null;
      }
      Path made = Files.createDirectory(all.resolve(name));
      return new Cgroup(made, made, true).ready(processes);
    } catch (IOException _) {
      return null;
    }
  }

  private static boolean handsOn(Path group) throws IOException {
    String controllers = Files.readString(group.resolve("cgroup.subtree_control"));
    return controllers.contains("memory") && controllers.contains("pids");
  }

  private @Nullable Cgroup ready(int processes) {
    try {
      Files.writeString(pids.resolve("pids.max"), Integer.toString(processes));
      limit(MEGABYTE << 6);
      return this;
    } catch (IOException _) {
      close();
      return null;
    }
  }

  /// Returns the group that this process is in, in one hierarchy.
  private static @Nullable Path own(String controller) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
      for (String line : lines.toList()) {
        String[] parts = line.split(":", 3);
        if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
          Path mount = ROOT.resolve(controller);
          Path group = mount.resolve(parts[2].substring(1));
          Path there = Files.isDirectory(group) ? group : mount; // a container sees its own as /
          return Files.isWritable(there) ? there : null;
        }
      }
    }
    return null;
  }

  /// Sets how much memory the group may take.
  void limit(long bytes) throws IOException {
    if (bytes != limit) {
      limit = 0; // in case that it fails
      write(bytes);
      limit = bytes;
    }
  }

  private void write(long bytes) throws IOException {
    if (unified) {
      Files.writeString(memory.resolve("memory.max"), Long.toString(bytes));
      write(memory.resolve("memory.swap.max"), "0");
      return;
    }
    Path both = memory.resolve("memory.memsw.limit_in_bytes"); // never below the other
    write(both, "-1");
    Files.writeString(memory.resolve("memory.limit_in_bytes"), Long.toString(bytes));
    write(both, Long.toString(bytes));
  }

  private static void write(Path file, String value) {
    try {
      if (Files.exists(file)) {
        Files.writeString(file, value);
      }
    } catch (IOException _) {
      // a kernel without swap accounting
    }
  }

  /// Returns how many processes the kernel has ended for want of memory.
  long kills() {
    Path file = memory.resolve(unified ? "memory.events" : "memory.oom_control");
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("oom_kill "))
          .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length()).strip()))
          .sum();
    } catch (IOException _) {
      return 0;
    }
  }

  /// Puts a process into the group.
  ///
  /// @throws IOException when it has ended, or may not be put there
  void enter(long process) throws IOException {
    for (Path door : doors()) {
      Files.writeString(door, Long.toString(process));
    }
  }

  /// Returns the files to which a process writes its identifier to enter.
  List<Path> doors() {
    List<Path> doors = new ArrayList<>(List.of(memory.resolve("cgroup.procs")));
    if (!unified) {
      doors.add(pids.resolve("cgroup.procs"));
    }
    return doors;
  }

  /// Removes the group, as soon as the kernel has ended its last process.
  @Override
  public void close() {
    for (Path folder : List.of(memory, pids)) {
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (IOException _) {
        try {
          Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
