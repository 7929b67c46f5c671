package dev.tesuji.hub;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/// Shows how much has come, how fast it comes and how long it will take: one line that is redrawn
/// on a terminal, a line now and then elsewhere.
final class Meter {
  /// The system property with which ./tesuji says that standard error is a terminal.
  private static final String TERMINAL = "tesuji.terminal";

  private static final long REDRAWN = Duration.ofMillis(200).toNanos();
  private static final long PRINTED = Duration.ofSeconds(5).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final String name;
  private long start = System.nanoTime();
  private long total;
  private long done;
  private long moved;
  private long shown = start;
  private int width;

  Meter(PrintStream out, boolean terminal, String name) {
    this.out = out;
    this.terminal = terminal;
    this.name = name;
  }

  /// Makes one on standard error.
  static Meter onConsole(String name) {
    return new Meter(System.err, Boolean.getBoolean(TERMINAL), name);
  }

  /// Says something on a line of its own.
  synchronized void say(String sentence) {
    if (terminal && width > 0) {
      out.println();
      width = 0;
    }
    out.println(sentence);
    out.flush();
  }

  /// Sets how much there is, and says so.
  ///
  /// @param here how much of it is here already
  synchronized void begin(int files, long bytes, long here) {
    total = bytes;
    start = System.nanoTime();
    say(
        name
            + ": "
            + files
            + (files == 1 ? " file, " : " files, ")
            + size(bytes)
            + (here > 0 ? ", " + size(here) + " of it here already" : ""));
  }

  /// Counts bytes that have come.
  synchronized void add(long bytes) {
    done += bytes;
    moved += bytes;
    long now = System.nanoTime();
    if (now - shown >= (terminal ? REDRAWN : PRINTED)) {
      shown = now;
      draw(line(now));
    }
  }

  /// Counts bytes that were found here, or, below 0, that are to come again.
  synchronized void adjust(long bytes) {
    done += bytes;
  }

  /// Says how it ended.
  synchronized void end() {
    double seconds = (System.nanoTime() - start) / 1e9;
    draw(
        String.format(
            Locale.ROOT,
            "%s: %s in %s, %s/s",
            name,
            size(moved),
            time(seconds),
            size((long) (moved / Math.max(1e-3, seconds)))));
    if (terminal) {
      out.println();
      width = 0;
    }
  }

  private String line(long now) {
    double rate = moved / Math.max(1e-3, (now - start) / 1e9);
    String left = total > done ? ", " + time((total - done) / Math.max(1, rate)) + " left" : "";
    return String.format(
        Locale.ROOT,
        "%s: %s of %s (%d %%), %s/s%s",
        name,
        size(done),
        size(Math.max(total, done)),
        100 * done / Math.max(1, Math.max(total, done)),
        size((long) rate),
        left);
  }

  private void draw(String line) {
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      out.println(line);
    }
    out.flush();
  }

  static String size(long bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  private static String time(double seconds) {
    long s = (long) Math.ceil(seconds);
    if (s < 60) {
      return s + "s";
    }
    return s < 3600
        ? String.format(Locale.ROOT, "%dm%02ds", s / 60, s % 60)
        : String.format(Locale.ROOT, "%dh%02dm", s / 3600, s / 60 % 60);
  }
}
