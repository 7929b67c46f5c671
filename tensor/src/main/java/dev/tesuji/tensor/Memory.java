package dev.tesuji.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Memory of this process and machine, in bytes; 0 where the system does not tell.
public final class Memory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final List<Path> LIMITS =
      List.of(
          Path.of("/sys/fs/cgroup/memory.max"),
          Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"));

  private static final LargeBlocks LARGE = reserved();

  private Memory() {}

  /// Returns what is resident now.
  public static long resident() {
    return kibibytes(STATUS, "VmRSS:") * 1024;
  }

  /// Returns the most that was ever resident in this process.
  public static long peakResident() {
    return kibibytes(STATUS, "VmHWM:") * 1024;
  }

  /// Returns what new allocations may still take without swapping, under the container's limit
  /// where there is one.
  public static long available() {
    long machine = kibibytes(MACHINE, "MemAvailable:") * 1024;
    for (Path limit : LIMITS) {
      try {
        String text = Files.readString(limit).strip();
        if (!text.equals("max")) {
          long room = Math.max(0, Long.parseLong(text) - resident());
          return machine == 0 ? room : Math.min(machine, room);
        }
      } catch (IOException | NumberFormatException e) {
        // No such limit here; the next one may exist.
      }
    }
    return machine;
  }

  /// Counts the native objects that Java still holds, tensors and helpers alike.
  public static long nativeObjects() {
    return org.bytedeco.javacpp.Pointer.totalCount();
  }

  /// Returns the bytes that are handed out in native memory; 0 for a C library that does not count.
  public static long handedOut() {
    return CLibrary.handedOut() + LARGE.used();
  }

  /// Returns the large blocks that tensors on the CPU are made of.
  static LargeBlocks large() {
    return LARGE;
  }

  private static LargeBlocks reserved() {
    long all = kibibytes(MACHINE, "MemTotal:") * 1024;
    long start = all == 0 ? 0 : CLibrary.reserve(all);
    return new LargeBlocks(start, start == 0 ? 0 : all);
  }

  /// Gives memory that was freed back to the system, such as between two stages. Between the steps
  /// of one it stays: to take it anew costs more than it is worth.
  public static void giveBack() {
    LARGE.giveBack(CLibrary::giveBack);
    CLibrary.giveFreedMemoryBack();
  }

  private static long kibibytes(Path file, String field) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
