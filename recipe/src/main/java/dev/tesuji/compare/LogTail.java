package dev.tesuji.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Passes on what a run prints, by whole lines, while it runs.
final class LogTail {
  private final Path log;
  private long read;

  LogTail(Path log) {
    this.log = log;
  }

  /// Prints the lines that have come since. A log that cannot be read is none.
  void passOn(PrintStream console) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(read);
      byte[] fresh = new byte[Math.toIntExact(Math.min(1 << 20, file.length() - read))];
      file.readFully(fresh);
      int end = fresh.length;
      while (end > 0 && fresh[end - 1] != '\n') {
        end--;
      }
      console.print(new String(fresh, 0, end, StandardCharsets.UTF_8));
      console.flush();
      read += end;
    } catch (IOException ignored) {
      // it is not there yet; what it says is in the file in any case
    }
  }
}
