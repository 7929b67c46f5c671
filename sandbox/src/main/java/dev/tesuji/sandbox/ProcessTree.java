package dev.tesuji.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// A process and all that descend from it, as `/proc` shows them.
///
/// What a jail's processes leave behind is inherited by the jail's own first process, so that
/// nothing leaves the tree.
final class ProcessTree {
  private static final int MOST = 4096;

  private final long root;

  ProcessTree(long root) {
    this.root = root;
  }

  /// Returns the memory that its processes hold, in bytes, without the files that they map. What
  /// several of them share counts for each.
  long memory() {
    long kilobytes = 0;
    for (long pid : processes()) {
      for (String line : read(Path.of("/proc", Long.toString(pid), "status")).split("\n", -1)) {
        if (line.startsWith("RssAnon:") || line.startsWith("RssShmem:")) {
          kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    }
    return kilobytes << 10;
  }

  /// Returns for how long its processes have been ready to run and had no processor, in
  /// nanoseconds; 0 where the program has several processes or threads, which wait for each other.
  ///
  /// @param others how many processes at the root are the jail's own
  long starved(int others) {
    List<Long> all = processes();
    if (all.size() > others + 1) {
      return 0;
    }
    long sum = 0;
    for (long pid : all) {
      Path process = Path.of("/proc", Long.toString(pid));
      if (!read(process.resolve("status")).contains("\nThreads:\t1\n")) {
        return 0;
      }
      String[] times = read(process.resolve("schedstat")).split(" ", -1);
      sum += times.length == 3 ? Long.parseLong(times[1]) : 0;
    }
    return sum;
  }

  /// Returns the identifiers of its processes, the root first.
  List<Long> processes() {
    List<Long> found = new ArrayList<>();
    Deque<Long> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty() && found.size() < MOST) {
      long pid = open.remove();
      found.add(pid);
      open.addAll(children(pid));
    }
    return found;
  }

  private static List<Long> children(long pid) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        for (String child : read(thread.resolve("children")).split(" ", -1)) {
          if (!child.isBlank()) {
            found.add(Long.parseLong(child.strip()));
          }
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // it has ended
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
    } catch (IOException _) {
      return ""; // it has ended
    }
  }
}
