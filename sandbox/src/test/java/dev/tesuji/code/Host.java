package dev.tesuji.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The things of a machine that programs could take and keep.
///
/// @param processes that come from this one
/// @param disk free bytes where temporary files go
/// @param memory bytes that are free or can be, and those of this process, whose heap may grow
/// @param shared bytes of memory in file systems and shared segments, which no process need hold
/// @param segments of System V's shared memory
record Host(long processes, long disk, long memory, long shared, long segments) {
  private static final long DISK = 64L << 20;
  private static final long MEMORY = 1L << 30; // others use the machine
  private static final long SHARED = 64L << 20;
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path OWN = Path.of("/proc/self/status");

  static Host now() {
    try {
      return new Host(
          strangers(),
          Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).getUsableSpace(),
          (kibibytes(MACHINE, "MemAvailable:") + kibibytes(OWN, "VmRSS:")) << 10,
          kibibytes(MACHINE, "Shmem:") << 10,
          lines(Path.of("/proc/sysvipc/shm")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Counts processes that come from programs: those of jails, and what this process has started.
  private static long strangers() {
    try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
      return all.filter(ProcessHandle::isAlive).count();
    }
  }

  private static long kibibytes(Path file, String field) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(l -> l.startsWith(field))
          .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    }
  }

  private static long lines(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  /// Returns what is missing since this was taken, once the kernel has had some time.
  List<String> missing(int milliseconds) throws InterruptedException {
    long end = System.nanoTime() + milliseconds * 1_000_000L;
    List<String> missing = missing(now());
    while (!missing.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
      missing = missing(now());
    }
    return missing;
  }

  private List<String> missing(Host now) {
    List<String> all = new ArrayList<>();
    compare(all, "processes", processes, now.processes, 0);
    compare(all, "bytes of the disk", -disk, -now.disk, DISK);
    compare(all, "bytes of memory", -memory, -now.memory, MEMORY);
    compare(all, "bytes of shared memory", shared, now.shared, SHARED);
    compare(all, "shared segments", segments, now.segments, 0);
    return all;
  }

  private static void compare(List<String> to, String what, long before, long now, long most) {
    if (now - before > most) {
      to.add(what + ": " + (now - before) + " more are taken, at most " + most + " may be");
    }
  }
}
